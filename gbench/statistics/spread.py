"""Spread over seeds: median, interquartile range and the worst seed."""

import numpy as np
from numpy.typing import ArrayLike

from gbench.statistics.arrays import Values
from gbench.statistics.quantiles import quantile
from gbench.statistics.scores import Score


def interquartile_range(values: ArrayLike) -> float:
    """The distance of the quartiles of `[R]`; infinite as soon as one of them is."""
    low, high = float(quantile(values, 0.25)), float(quantile(values, 0.75))
    return high - low if np.isfinite(low) and np.isfinite(high) else np.inf


def worst_seed(values: Values, score: Score) -> float:
    """The worst of `[R]`; the floor of the score where a replica has no value."""
    return score.sign * float(score.costs(values).max())
