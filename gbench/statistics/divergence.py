"""Divergence: replicas whose numbers stopped being finite."""

import numpy as np
from numpy.typing import ArrayLike

from gbench.statistics.arrays import Floats


def divergence_rate(diverged: ArrayLike) -> float:
    """The share of `[R]` replicas that diverged."""
    return float(np.asarray(diverged, dtype=bool).mean())


def divergence_steps(diverged: ArrayLike, steps: ArrayLike) -> Floats:
    """The steps at which replicas diverged, ascending, from the `[R]` last steps of all of them."""
    return np.sort(np.asarray(steps, dtype=np.float64)[np.asarray(diverged, dtype=bool)])
