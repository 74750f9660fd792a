"""Zero-centered gradient penalty: R1 on real samples, R2 on generated ones."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

import torch
from torch import Tensor

from gbench.api import Play, Regularizer, Stage, option
from gbench_regularizers._fit import note_batch_norm, require_discriminator
from gbench_regularizers._gradients import squared_gradient_norms


@dataclass(kw_only=True)
class ZeroCenteredPenalty(Regularizer):
    """R1 and R2.

        R1 = γ/2 E ‖∇D(x)‖²        R2 = γ/2 E ‖∇D(G(z))‖²

    The factor ½ is the paper's (eq. 9); the authors' code leaves it out, so that their
    `reg_param: 10` is γ = 20 here. With a loss on features D is its witness, held fixed: what the other
    samples of the minibatch change in it is no part of ∇D.
    """

    paper: ClassVar[str] = (
        "Mescheder et al. 2018, Which training methods for GANs do actually converge?, eq. 9, "
        "arXiv:1801.04406"
    )

    weight: float = option(10.0, "γ (Mescheder et al. 2018)", ge=0)
    at: Literal["real", "fake", "both"] = option("real", "R1 (real), R2 (fake), or both")
    by_features: bool = field(default=False, init=False, repr=False)

    def begin(self, stage: Stage) -> None:
        require_discriminator("zero-centered-penalty", self.on)
        note_batch_norm("zero-centered-penalty", self.on, stage)
        self.by_features = stage.loss.takes == "features"

    def penalty(self, play: Play) -> Tensor:
        total = torch.zeros_like(play.objective)
        for kind, samples, scores in zip(("real", "fake"), play.samples(), play.scores(), strict=True):
            if self.at in (kind, "both"):
                total = total + self.weight / 2 * self._squared_norms(play, samples, scores).mean(-1)
        return total

    def _squared_norms(self, play: Play, samples: Tensor, scores: Tensor) -> Tensor:
        if not self.by_features:
            return squared_gradient_norms(scores, samples)
        copies = samples.detach().requires_grad_()
        return squared_gradient_norms(play.score(copies), copies)
