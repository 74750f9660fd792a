"""The interquartile mean (Agarwal et al. 2021)."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats


def iqm(values: ArrayLike) -> Any:
    """The mean of the middle half along the last axis: `[..., N] -> [...]`.

    The quarter cut at each end is rounded down to whole values, as `rliable` does. Infinite as soon as
    a value of the middle half is.
    """
    return stats.trim_mean(np.asarray(values, dtype=np.float64), 0.25, axis=-1)
