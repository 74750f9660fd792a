"""Convergence: the first measurement at which a replica reaches every threshold at once."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from gbench.statistics.arrays import Bools, Floats, Values
from gbench.statistics.scores import Score


def thresholds_hold(
    curves: Mapping[str, Values], scores: Mapping[str, Score], thresholds: Mapping[str, float]
) -> Bools:
    """`[R, M]`: where every metric that has a threshold reaches it. Curves: `[R, M]`, on the same steps."""
    held = [scores[key].reaches(curves[key], threshold) for key, threshold in thresholds.items()]
    return np.logical_and.reduce(held)


def times_to_threshold(steps: ArrayLike, held: ArrayLike) -> Floats:
    """`[R]`: the step of the first measurement that holds, infinite where none does.

    steps: `[M]`, ascending. held: `[R, M]`.
    """
    reached = np.where(np.asarray(held, dtype=bool), np.asarray(steps, dtype=np.float64), np.inf)
    return reached.min(axis=-1, initial=np.inf)


def convergence_rate(times: ArrayLike) -> float:
    """The share of replicas, of `[R]` times to threshold, that converged."""
    return float(np.isfinite(np.asarray(times, dtype=np.float64)).mean())
