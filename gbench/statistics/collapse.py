"""Collapse: a replica that ends far from the best it has been."""

import numpy as np
from numpy.typing import ArrayLike

from gbench.statistics.arrays import Bools, Floats, Values
from gbench.statistics.scores import Score

FACTOR = 1.5  # final worse than so many times its own best
RESOLUTION = 1e-3  # of a curve's range; a smaller change is noise, which matters where the best is 0
LUCK = 4.0  # sampling errors; the best of twenty measurements is lucky by two of them
END = 0.1  # share of the measurements, at least one, that are the end: one bad point is no collapse


def lost(values: Values, score: Score, amount: float) -> Bools:
    """`[R]`: where the curve, `[R, M]`, ends at least `amount` worse than the best it had found.

    For counts of what was found, such as captured modes: `amount` is so many modes. A curve without a
    single value has lost everything.
    """
    return (fall(values, score) >= amount) | _empty(values)


def worse(values: Values, score: Score, factor: float = FACTOR, noise: ArrayLike = 0.0) -> Bools:
    """`[R]`: where the curve, `[R, M]`, ends more than `factor` times worse than its own best.

    The end is the best of the last tenth of the measurements, so that a single outlier is none; a curve
    whose very last value does not exist has ended badly. For less-is-better scores above 0 this means
    `end > factor * best`, for more-is-better ones `end < best / factor`; below 0 the two change places.

    Around 0, where ratios mean nothing, the fall must also exceed a thousandth of the curve's range and
    four times `noise`, `[R]`: the sampling error of a measurement, 0 where it is not known. A curve
    without a single value is worse.
    """
    costs = score.costs(values)
    best = costs.min(axis=-1)
    allowance = np.where(best >= 0, factor - 1, 1 / factor - 1) * best
    span = np.where(np.isfinite(costs), costs, -np.inf).max(axis=-1) - best
    blur = np.maximum(RESOLUTION * span, LUCK * np.nan_to_num(np.asarray(noise, dtype=np.float64)))
    return (fall(values, score) > np.maximum(allowance, blur)) | _empty(values)


def fall(values: Values, score: Score) -> Floats:
    """`[R]`, >= 0: how much worse the end of a curve, `[R, M]`, is than its best; NaN: both infinite."""
    costs = score.costs(values)
    end = costs[..., -max(1, int(END * costs.shape[-1])) :].min(axis=-1)
    ended = np.isfinite(np.asarray(values, dtype=np.float64)[..., -1])
    with np.errstate(invalid="ignore"):
        return np.where(ended, end, score.costs(np.nan)) - costs.min(axis=-1)


def _empty(values: Values) -> Bools:
    """Curves without a single value."""
    return np.logical_and.reduce(~np.isfinite(np.asarray(values, dtype=np.float64)), axis=-1)
