"""Sensitivity to hyper-parameters: how much of a grid works, and what a few trials find."""

import numpy as np
from numpy.typing import ArrayLike

from gbench.statistics.arrays import Floats, Values
from gbench.statistics.scores import Score


def share_that_works(works: ArrayLike) -> float:
    """The share of `[K]` grid points that work."""
    return float(np.asarray(works, dtype=bool).mean())


def expected_best(values: Values, score: Score) -> Floats:
    """`[K]`: the expected best of 1..K trials drawn from the `[K]` grid points without replacement.

    With the points in order, best first, the i-th is the best of k with probability C(K−i, k−1) / C(K, k)
    (Dodge et al. 2019 draw with replacement, which on a grid is too pessimistic).
    """
    costs = np.sort(score.costs(values))
    return score.sign * np.array([_expected(costs, k) for k in range(1, costs.size + 1)])


def _expected(costs: Floats, k: int) -> float:
    """The mean of the least of k, which only the first K − k + 1 can be."""
    size = costs.size
    weights = np.empty(size - k + 1)
    weights[0] = k / size
    for i in range(1, weights.size):
        weights[i] = weights[i - 1] * (size - k - i + 1) / (size - i)
    return float(weights @ costs[: weights.size])
