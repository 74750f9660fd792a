"""Zero-centered gradient penalty: R1 on real samples, R2 on generated ones."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from gbench.api import Play, Regularizer, option
from gbench_regularizers._gradients import squared_gradient_norms


@dataclass(kw_only=True)
class ZeroCenteredPenalty(Regularizer):
    """R1 and R2.

        R1 = γ/2 E ‖∇D(x)‖²        R2 = γ/2 E ‖∇D(G(z))‖²

    The factor ½ is the paper's (eq. 9); the authors' code leaves it out, so that their
    `reg_param: 10` is γ = 20 here.
    """

    paper: ClassVar[str] = (
        "Mescheder et al. 2018, Which training methods for GANs do actually converge?, eq. 9, "
        "arXiv:1801.04406"
    )

    weight: float = option(10.0, "γ (Mescheder et al. 2018)", ge=0)
    at: Literal["real", "fake", "both"] = option("real", "R1 (real), R2 (fake), or both")

    def penalty(self, play: Play) -> Tensor:
        (real, fake), (real_scores, fake_scores) = play.samples(), play.scores()
        r1 = r2 = torch.zeros_like(play.objective)
        if self.at != "fake":
            r1 = self.weight / 2 * squared_gradient_norms(real_scores, real).mean(-1)
        if self.at != "real":
            r2 = self.weight / 2 * squared_gradient_norms(fake_scores, fake).mean(-1)
        return r1 + r2
