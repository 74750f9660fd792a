"""How far a score spreads over draws of latents, as against training seeds."""

import numpy as np

from gbench.statistics.arrays import Values


def sampling_error(deviations: Values) -> float:
    """Root mean square of the replicas' standard deviations [R]; NaN where no replica has one.

    Variances average, and deviations do not: the mean square is unbiased as each square is. The variance of
    scores over seeds holds this one too: what training alone adds is their difference.

    >>> sampling_error([3.0, 4.0, None])
    3.5355339059327378
    """
    numbers = np.asarray(deviations, dtype=np.float64)
    known = numbers[np.isfinite(numbers)]
    return float(np.sqrt(np.square(known).mean())) if known.size else float("nan")
