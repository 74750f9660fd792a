"""Bootstrap percentile intervals over seeds, the same numbers each time."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from gbench.statistics.arrays import Floats
from gbench.statistics.iqm import iqm
from gbench.statistics.quantiles import median, quantile

Statistic: TypeAlias = Callable[[Floats], Any]  # [B, N] -> [B]
Interval: TypeAlias = tuple[float, float]

RESAMPLES = 2000
LEVEL = 0.95


def bootstrap_interval(
    values: ArrayLike, statistic: Statistic = median, level: float = LEVEL, resamples: int = RESAMPLES
) -> Interval:
    """The percentile interval of a statistic of `[R]` values, whatever their order."""
    return stratified_interval([values], statistic, level, resamples)


def stratified_interval(
    cells: Sequence[ArrayLike],
    statistic: Statistic = iqm,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> Interval:
    """The percentile interval of a statistic of all cells' values together, `[R]` each.

    Seeds are drawn again within each cell, so that every draw holds every cell (Agarwal et al. 2021).
    """
    generator = np.random.default_rng(0)
    draws = []
    for cell in cells:
        values = np.sort(np.asarray(cell, dtype=np.float64))
        draws.append(values[generator.integers(values.size, size=(resamples, values.size))])
    return percentiles(statistic(np.concatenate(draws, axis=1)), level)


def percentiles(estimates: ArrayLike, level: float = LEVEL) -> Interval:
    """The central interval that holds `level` of `[B]` estimates."""
    outside = (1 - level) / 2
    return float(quantile(estimates, outside)), float(quantile(estimates, 1 - outside))
