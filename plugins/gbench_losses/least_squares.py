"""Least-squares loss: scores are regressed on targets, without a sigmoid."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Loss, option


@dataclass(kw_only=True)
class LeastSquares(Loss):
    """LSGAN.

        discriminator   ½(a_r − b)² + ½(a_g − a)²
        generator       ½(a_g − c)²

    With b − c = 1 and b − a = 2 it minimises the Pearson χ² divergence between p + q and 2q
    (section 3.2.2); the default is the 0-1 coding of eq. 9.
    """

    paper: ClassVar[str] = (
        "Mao et al. 2017, Least squares generative adversarial networks, eq. 2, arXiv:1611.04076"
    )

    a: float = option(0.0, "the discriminator's target for generated samples")
    b: float = option(1.0, "the discriminator's target for real samples")
    c: float = option(1.0, "what the generator wants the discriminator to say")

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return 0.5 * (real - self.b).square().mean(-1) + 0.5 * (fake - self.a).square().mean(-1)

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        return 0.5 * (fake - self.c).square().mean(-1)
