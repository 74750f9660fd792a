"""Gradient penalty: the critic's gradient has norm 1 on lines between real and generated samples."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Play, Regularizer, Stage, option
from gbench_regularizers._fit import note_batch_norm, require_discriminator
from gbench_regularizers._gradients import gradient_norms


@dataclass(kw_only=True)
class GradientPenalty(Regularizer):
    """WGAN-GP.

        λ E (‖∇D(x̂)‖ − 1)²,   x̂ = ε x + (1 − ε) G(z),   ε ~ U[0, 1) for each sample

    The norm is over all features of a sample. A critic with batch normalisation makes a sample's
    gradient depend on the others: use none, or layer normalisation (section 4).
    """

    paper: ClassVar[str] = (
        "Gulrajani et al. 2017, Improved training of Wasserstein GANs, eq. 3, arXiv:1704.00028"
    )

    weight: float = option(10.0, "λ (Gulrajani et al. 2017, section 4)", ge=0)
    target: float = option(1.0, "the norm that the gradient is drawn to", ge=0)

    def begin(self, stage: Stage) -> None:
        require_discriminator("gradient-penalty", self.on)
        note_batch_norm("gradient-penalty", self.on, stage)

    def penalty(self, play: Play) -> Tensor:
        real, fake = play.samples()
        batch = real.shape[1]
        epsilon = play.random.uniform("gradient-penalty", (batch, *[1] * (real.dim() - 2)))
        norms = gradient_norms(play.score, fake + epsilon * (real - fake))
        return self.weight * (norms - self.target).square().mean(-1)
