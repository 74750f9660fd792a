"""Quantiles of scores, some of which are infinite."""

import numpy as np
from numpy.typing import ArrayLike

from gbench.statistics.arrays import Floats


def quantile(values: ArrayLike, q: float) -> Floats:
    """The q-quantile along the last axis, `[..., N] -> [...]`, linear between neighbours as `numpy.quantile`.

    Between a finite and an infinite neighbour it is infinite, never NaN.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64), axis=-1)
    position = q * (ordered.shape[-1] - 1)
    below = int(np.floor(position))
    fraction = position - below
    low = ordered[..., below]
    if fraction == 0:
        return low
    high = ordered[..., below + 1]
    finite = np.isfinite(low) & np.isfinite(high)
    gap = np.subtract(high, low, out=np.zeros_like(low), where=finite)
    return np.where(finite, low + fraction * gap, np.where(np.isinf(low), low, high))


def median(values: ArrayLike) -> Floats:
    """The median along the last axis: `[..., N] -> [...]`; infinite where half the values are."""
    return quantile(values, 0.5)
