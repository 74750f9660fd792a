"""Performance profiles: the share of runs that are at least so good, for every level of good."""

import numpy as np
from numpy.typing import ArrayLike

from gbench.statistics.arrays import Floats, Values
from gbench.statistics.scores import Score


def performance_profile(values: Values, levels: ArrayLike, score: Score) -> Floats:
    """`[K]`, in 0..1: the share of runs, values of any shape, that reach each of `[K]` levels.

    Of two techniques, the one whose profile is nowhere lower is stochastically better (Agarwal et al.
    2021). Values of several data sets must be on one scale.
    """
    runs = np.asarray(values, dtype=np.float64).ravel()
    return np.array([score.reaches(runs, level).mean() for level in np.ravel(levels)])
