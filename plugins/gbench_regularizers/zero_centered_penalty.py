"""Zero-centered gradient penalty: R1 on real samples, R2 on generated ones."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

import torch
from torch import Tensor

from gbench.api import Look, Play, Regularizer, Seen, Setting, option
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

    def begin(self, setting: Setting) -> None:
        require_discriminator(self, setting)
        note_batch_norm(self, setting)
        self.by_features = setting.looks_at == "features"

    def penalty(self, play: Play) -> Tensor:
        total, look = torch.zeros_like(play.objective), self.look(play)
        for kind, seen, scores in (
            ("real", look.real_seen, look.real_scores),
            ("fake", look.fake, look.fake_scores),
        ):
            if self.at in (kind, "both"):
                total = total + self.weight / 2 * self._squared_norms(look, seen, scores).mean(-1)
        return total

    def _squared_norms(self, look: Look, seen: Seen, scores: Tensor) -> Tensor:
        if not self.by_features:
            return squared_gradient_norms(scores, seen)
        copies = tuple(x.detach().requires_grad_() for x in seen)
        return squared_gradient_norms(look.score(*copies), copies)
