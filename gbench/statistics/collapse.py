"""Collapse: a replica that ends far from the best it has been."""

import numpy as np

from gbench.statistics.arrays import Bools, Floats, Values
from gbench.statistics.scores import Score

FACTOR = 1.5  # final worse than so many times its own best
RESOLUTION = 1e-3  # of a curve's range; a smaller change is noise, which matters where the best is 0


def lost(values: Values, score: Score, amount: float) -> Bools:
    """`[R]`: where the curve, `[R, M]`, ends at least `amount` worse than the best it had found.

    For counts of what was found, such as captured modes: `amount` is so many modes. A curve without a
    single value has lost everything.
    """
    return (_fall(score.costs(values)) >= amount) | _empty(values)


def worse(values: Values, score: Score, factor: float = FACTOR) -> Bools:
    """`[R]`: where the curve, `[R, M]`, ends more than `factor` times worse than its own best.

    For less-is-better scores above 0 that is `final > factor * best`, for more-is-better ones
    `final < best / factor`; below 0 the two change places. Around 0, where ratios mean nothing, the
    fall must also exceed a thousandth of the curve's range. A curve without a single value is worse.
    """
    costs = score.costs(values)
    best = costs.min(axis=-1)
    allowance = np.where(best >= 0, factor - 1, 1 / factor - 1) * best
    span = np.where(np.isfinite(costs), costs, -np.inf).max(axis=-1) - best
    return (_fall(costs) > np.maximum(allowance, RESOLUTION * span)) | _empty(values)


def _fall(costs: Floats) -> Floats:
    """How much worse the last is than the best; NaN where both are infinite."""
    with np.errstate(invalid="ignore"):
        return costs[..., -1] - costs.min(axis=-1)


def _empty(values: Values) -> Bools:
    """Curves without a single value."""
    return np.logical_and.reduce(~np.isfinite(np.asarray(values, dtype=np.float64)), axis=-1)
