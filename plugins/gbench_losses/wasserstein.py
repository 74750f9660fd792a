"""Wasserstein loss: the difference of a critic's mean scores."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Loss


@dataclass(kw_only=True)
class Wasserstein(Loss):
    """WGAN: the dual form of the earth mover's distance, for a critic that is kept 1-Lipschitz.

        discriminator   −a_r + a_g
        generator       −a_g

    The loss keeps no bound by itself: combine it with weight clipping, a gradient penalty or
    spectral normalisation.
    """

    paper: ClassVar[str] = "Arjovsky et al. 2017, Wasserstein GAN, algorithm 1, arXiv:1701.07875"

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return fake.mean(-1) - real.mean(-1)

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        return -fake.mean(-1)
