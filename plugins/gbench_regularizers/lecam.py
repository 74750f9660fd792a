"""LeCam: scores are drawn to the other side's moving average, for training on little data."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Look, Play, Regularizer, Setting, option
from gbench_regularizers._fit import require_discriminator


@dataclass(kw_only=True)
class Lecam(Regularizer):
    """Tseng et al.'s penalty on the discriminator.

        λ (E (D(x) − α_F)² + E (D(G(z)) − α_R)²)

    α_R and α_F are moving averages of the mean scores of real and of generated minibatches, the present one
    included. The authors' code squares [D(x) − α_F]₊ and [α_R − D(G(z))]₊ instead: `one_sided`. For the first
    iterations of its BigGAN the averages are those of the minibatch and there is no penalty: `warmup`.
    """

    paper: ClassVar[str] = (
        "Tseng et al. 2021, Regularizing generative adversarial networks under limited data, arXiv:2104.03310"
    )

    weight: float = option(0.3, "λ (the authors' scripts for BigGAN on CIFAR)", ge=0)
    decay: float = option(0.99, "of the moving averages (Tseng et al. 2021)", ge=0, lt=1)
    one_sided: bool = option(False, "penalise only where real scores are above α_F, generated ones below α_R")
    warmup: float = option(0.01, "share of the budget before it acts (a choice)", ge=0, le=1)

    def begin(self, setting: Setting) -> None:
        require_discriminator(self, setting)
        self.progress = setting.progress
        for name in ("real", "fake", "updates"):
            self.memory[name] = torch.zeros(setting.size, device=setting.device)

    def observe(self, setting: Setting) -> dict[str, Tensor]:
        return {f"average/{kind}": self.memory[kind].clone() for kind in ("real", "fake")}

    def penalty(self, play: Play) -> Tensor:
        look = self.look(play)
        averages = self._averages(look)
        above = look.real_scores - averages["fake"][:, None]
        below = averages["real"][:, None] - look.fake_scores
        if self.one_sided:
            above, below = above.relu(), below.relu()
        return self.weight * self._warm() * (above.square().mean(-1) + below.square().mean(-1))

    def update(self, play: Play) -> None:
        for kind, average in self._averages(self.look(play)).items():
            self.memory[kind].copy_(average)
        self.memory["updates"].add_(1)

    def _warm(self) -> Tensor:
        return self.progress >= self.warmup

    @torch.no_grad()
    def _averages(self, look: Look) -> dict[str, Tensor]:
        """α_R and α_F with this minibatch in them; they start at the first minibatch's means."""
        decay = self.decay * self._warm() * (self.memory["updates"] > 0)
        scores = {"real": look.real_scores, "fake": look.fake_scores}
        return {
            kind: decay * self.memory[kind] + (1 - decay) * values.detach().mean(-1)
            for kind, values in scores.items()
        }
