"""Gradient penalty: the critic's gradient has norm 1 on lines between real and generated samples."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Play, Regularizer, Setting, option
from gbench_regularizers._fit import note_batch_norm, require_discriminator
from gbench_regularizers._gradients import gradient_norms, per_sample


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

    def begin(self, setting: Setting) -> None:
        require_discriminator(self, setting)
        note_batch_norm(self, setting)

    def penalty(self, play: Play) -> Tensor:
        look = self.look(play)
        first = look.fake[0]
        epsilon = look.random.uniform("gradient-penalty", (first.shape[1], *[1] * (first.dim() - 2)))
        between = [
            fake + per_sample(epsilon, fake) * (real - fake)
            for real, fake in zip(look.real_seen, look.fake, strict=True)
        ]
        norms = gradient_norms(look.score, *between)
        return self.weight * (norms - self.target).square().mean(-1)
