"""Entropies and divergences of class probabilities, in nats."""

from torch import Tensor

TINY = 1e-38  # a class that is less probable counts as this probable, so that divergences stay finite


def entropy(probabilities: Tensor) -> Tensor:
    """H in nats [...] of probabilities [..., K]; classes of probability 0 add nothing."""
    return -probabilities.xlogy(probabilities).sum(-1)


def information(probabilities: Tensor) -> Tensor:
    """Mean KL(p(y|x) ‖ p(y)) in nats [] of p(y|x) [N, K], with p(y) their mean: H(p(y)) − E H(p(y|x))."""
    return entropy(probabilities.mean(0)) - entropy(probabilities).mean()


def divergence(p: Tensor, q: Tensor) -> Tensor:
    """KL(p ‖ q) in nats [] of probabilities [K], finite."""
    return (p.xlogy(p) - p.xlogy(q.clamp(min=TINY))).sum()
