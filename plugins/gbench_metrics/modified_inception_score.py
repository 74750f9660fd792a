"""Modified inception score: how much samples of one class differ, as a classifier sees them."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Keys, ProbabilityMetric, option


@dataclass(kw_only=True)
class ModifiedInceptionScore(ProbabilityMetric):
    """Mean over classes of exp E_i E_j KL(p(y|x_i) ‖ p(y|x_j)), x_i and x_j of one class; at least 1.

    Gurumurthy et al. 2017, section 4.1: it measures diversity within classes, so read it together with the
    score over all samples. A sample belongs to its most probable class. Classes without samples do not count,
    and a class with one sample has 1. The paper's code takes the mean before the exponential. The divergence
    would be infinite where p(y|x_j) is 0 and p(y|x_i) is not, so `floor` bounds it.
    """

    paper: ClassVar[str] = (
        "Gurumurthy et al. 2017, DeLiGAN: Generative adversarial networks for diverse and limited data, "
        "arXiv:1706.02071"
    )
    keys: ClassVar[Keys] = {"modified-is-{features}-{samples}": ("max", 1.0)}

    floor: float = option(1e-6, "least probability of a class (a choice)", gt=0, lt=1)

    def rate(self, probabilities: Tensor) -> Tensor:
        """Of one replica's probabilities [N, K]."""
        votes = probabilities.argmax(1)
        floored = probabilities.clamp(min=self.floor)
        groups = [floored[votes == vote] for vote in votes.unique()]
        return torch.stack([mean_divergence(group).exp() for group in groups]).mean()


def mean_divergence(p: Tensor) -> Tensor:
    """Mean KL(p_i ‖ p_j) in nats [] over all pairs of rows of p [N, K], also of a row with itself."""
    return (p * p.log()).sum(1).mean() - p.mean(0) @ p.log().mean(0)
