"""95 % intervals over seeds, the same numbers each time: of medians exact, of all else bootstrapped."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from gbench.statistics.arrays import Floats
from gbench.statistics.iqm import iqm
from gbench.statistics.quantiles import median, quantile

Statistic: TypeAlias = Callable[[Floats], Any]  # [B, N] -> [B]
Interval: TypeAlias = tuple[float, float]

RESAMPLES = 2000
LEVEL = 0.95


def median_interval(values: ArrayLike, level: float = LEVEL) -> Interval:
    """The interval of the median of `[R]` values, whatever their law (Hettmansperger and Sheather 1986).

    The d-th smallest and d-th largest hold the median with probability 1 − 2 P(B < d), B ~ Bin(R, ½); the
    interval lies between the two d whose probabilities enclose `level`. Below six values it is their range,
    whose probability is smaller: 93.75 % of five, 87.5 % of four, 75 % of three.
    """
    x = np.sort(np.asarray(values, dtype=np.float64))
    n = x.size
    holds = 1 - 2 * stats.binom.cdf(np.arange(n // 2 + 1) - 1, n, 0.5)  # by d
    d = int(np.flatnonzero(holds >= level)[-1])
    if d == 0:
        return float(x[0]), float(x[-1])
    beyond = holds[d + 1] if d < n // 2 else 0.0
    excess = (holds[d] - level) / (holds[d] - beyond)
    share = (n - d) * excess / (d + (n - 2 * d) * excess)
    return _between(x[d - 1], x[d], share), _between(x[n - d], x[n - d - 1], share)


def _between(outer: float, inner: float, share: float) -> float:
    """Outer where it is infinite, or next to it."""
    return float((1 - share) * outer + share * inner) if np.isfinite([outer, inner]).all() else float(outer)


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
