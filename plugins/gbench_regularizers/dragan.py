"""DRAGAN: the discriminator's gradient has norm 1 around real data."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Play, Regularizer, Setting, Streams, option
from gbench_regularizers._fit import note_batch_norm, require_discriminator
from gbench_regularizers._gradients import gradient_norms


@dataclass(kw_only=True)
class Dragan(Regularizer):
    """Deep regret analytic GAN.

        λ E (‖∇D(x + δ)‖ − 1)²,   δ = scale · std(x) · u,   u ~ U[0, 1) for each feature

    std(x) is one number for each minibatch, over all samples and features, as in the authors'
    code; the gradient is that of the score before the sigmoid. Their discriminator has batch normalisation.
    """

    paper: ClassVar[str] = "Kodali et al. 2017, On convergence and stability of GANs, arXiv:1705.07215"

    weight: float = option(10.0, "λ (Kodali et al. 2017)", ge=0)
    scale: float = option(0.5, "size of the noise in standard deviations of the minibatch", ge=0)

    def begin(self, setting: Setting) -> None:
        require_discriminator(self, setting)
        note_batch_norm(self, setting)

    def penalty(self, play: Play) -> Tensor:
        look = self.look(play)
        norms = gradient_norms(
            look.score, *(self._disturbed(x.detach(), look.random) for x in look.real_seen)
        )
        return self.weight * (norms - 1).square().mean(-1)

    def _disturbed(self, real: Tensor, random: Streams) -> Tensor:
        spread = real.flatten(1).std(-1).view(-1, *[1] * (real.dim() - 1))
        return real + self.scale * spread * random.uniform("dragan", real.shape[1:])
