"""Boundary-seeking loss: the generator aims at the discriminator's decision boundary, and not beyond."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench_losses._sigmoid import SigmoidLoss


@dataclass(kw_only=True)
class BoundarySeeking(SigmoidLoss):
    """BS-GAN for continuous data.

        discriminator   sp(−a_r) + sp(a_g)
        generator       ½ a_g²

    With D = σ(score) the generator's is the paper's ½ (log D − log(1 − D))²: it is content where D = ½,
    whereas the non-saturating generator always wants more.
    """

    paper: ClassVar[str] = (
        "Hjelm et al. 2018, Boundary-seeking generative adversarial networks, section 3, arXiv:1702.08431"
    )

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        return 0.5 * fake.square().mean(-1)
