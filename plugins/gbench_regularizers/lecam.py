"""LeCam: scores are drawn to the other side's moving average, for training on little data."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Play, Regularizer, Stage, option
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

    def begin(self, stage: Stage) -> None:
        require_discriminator("lecam", self.on)
        self.stage = stage
        for name in ("real", "fake", "updates"):
            self.memory[name] = torch.zeros(stage.size, device=stage.random.device)

    def observe(self, stage: Stage) -> dict[str, Tensor]:
        return {f"average/{kind}": self.memory[kind].clone() for kind in ("real", "fake")}

    def penalty(self, play: Play) -> Tensor:
        real, fake = play.scores()
        warm = self.stage.progress >= self.warmup
        self._follow(real, fake, warm)
        above = real - self.memory["fake"].clone()[:, None]
        below = self.memory["real"].clone()[:, None] - fake
        if self.one_sided:
            above, below = above.relu(), below.relu()
        return self.weight * warm * (above.square().mean(-1) + below.square().mean(-1))

    def _follow(self, real: Tensor, fake: Tensor, warm: Tensor) -> None:
        """One step of the averages, which start at the first minibatch's means."""
        with torch.no_grad():
            decay = self.decay * warm * (self.memory["updates"] > 0)
            for kind, scores in (("real", real), ("fake", fake)):
                average = self.memory[kind]
                average.copy_(decay * average + (1 - decay) * scores.detach().mean(-1))
            self.memory["updates"].add_(1)
