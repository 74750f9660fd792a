"""Oscillation: how much a curve goes back and forth after its best."""

import numpy as np

from gbench.statistics.arrays import Floats, Values
from gbench.statistics.scores import Score


def oscillation(values: Values, score: Score) -> Floats:
    """`[R]`, in 0..1: the movement after the best that leads nowhere, of curves `[R, M]`.

    With v the values from the first best on, (Σ|vᵢ₊₁ − vᵢ| − |v_last − v_first|) / Σ(|vᵢ₊₁| + |vᵢ|).
    A curve that stays or drifts away for good scores 0 (the latter is a collapse), one that jumps
    between 0 and something tends to 1. A curve that ends without a value scores 1.
    """
    costs = score.costs(values)
    ended = np.isfinite(np.asarray(values, dtype=np.float64)[..., -1])
    return np.array([_of(row) if alive else 1.0 for row, alive in zip(costs, ended, strict=True)])


def _of(costs: Floats) -> float:
    tail = costs[costs.argmin() :]
    tail = tail[np.isfinite(tail)]
    size = np.abs(tail[1:]).sum() + np.abs(tail[:-1]).sum()
    wasted = np.abs(np.diff(tail)).sum() - abs(tail[-1] - tail[0])
    return float(max(wasted, 0.0) / size) if size else 0.0
