"""Players that stop teaching each other: a saturated discriminator, a generator without gradients."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logit

from gbench.statistics.arrays import Floats
from gbench.statistics.quantiles import median

CERTAIN = 0.99  # probability from which the discriminator is sure
VANISHED = 0.01  # of the early gradient norm
EARLY = 0.1  # share of the trace that shows how large gradients were at first


def saturated_share(real: ArrayLike, fake: ArrayLike, certain: float = CERTAIN) -> Floats:
    """`[R]`, in 0..1: the share of trace points at which the discriminator is sure of both sides.

    real, fake: its mean scores `[R, T]`, read as log-odds of being real, as logistic losses make them.
    """
    real, fake = np.asarray(real, dtype=np.float64), np.asarray(fake, dtype=np.float64)
    return ((real > logit(certain)) & (fake < -logit(certain))).mean(axis=-1)


def vanished_share(norms: ArrayLike, fraction: float = VANISHED, early: float = EARLY) -> Floats:
    """`[R]`, in 0..1: the share of trace points whose gradient norm is below a fraction of the early median.

    norms: `[R, T]`; early is the first tenth of the points, at least one.
    """
    norms = np.asarray(norms, dtype=np.float64)
    first = norms[..., : max(1, int(early * norms.shape[-1]))]
    return (norms < fraction * median(first)[..., None]).mean(axis=-1)
