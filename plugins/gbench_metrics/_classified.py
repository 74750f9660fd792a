"""Metrics of the class probabilities that a classifier gives, a replica at a time."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gbench.api import Metric, Samples, option

TINY = 1e-38  # a class less probable counts as this probable: divergences stay finite


@dataclass(kw_only=True)
class Classified(Metric):
    """`rate` gives the score of one replica; NaN where a probability is not finite."""

    features: str = option("classifier", "features that give class probabilities")

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of probabilities [R, N, K], in float64."""
        scores = [self.rate(each) for each in samples.probabilities(self.features).double()]
        return self.named(torch.stack(scores))

    def rate(self, probabilities: Tensor) -> Tensor:
        """The score [] of one replica's probabilities [N, K]."""
        raise NotImplementedError


def entropy(probabilities: Tensor) -> Tensor:
    """H in nats [...] of probabilities [..., K]; classes of probability 0 add nothing."""
    return -probabilities.xlogy(probabilities).sum(-1)


def information(probabilities: Tensor) -> Tensor:
    """Mean KL(p(y|x) ‖ p(y)) in nats [] of p(y|x) [N, K], with p(y) their mean: H(p(y)) − E H(p(y|x))."""
    return entropy(probabilities.mean(0)) - entropy(probabilities).mean()


def divergence(p: Tensor, q: Tensor) -> Tensor:
    """KL(p ‖ q) in nats [] of probabilities [K], finite."""
    return (p.xlogy(p) - p.xlogy(q.clamp(min=TINY))).sum()
