"""Hinge loss: the discriminator only cares for samples within its margin."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Loss


@dataclass(kw_only=True)
class Hinge(Loss):
    """Geometric GAN; the loss of SNGAN, SAGAN and BigGAN.

    discriminator   [1 − a_r]₊ + [1 + a_g]₊
    generator       −a_g
    """

    paper: ClassVar[str] = "Lim and Ye 2017, Geometric GAN, arXiv:1705.02894"

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return (1 - real).relu().mean(-1) + (1 + fake).relu().mean(-1)

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        return -fake.mean(-1)
