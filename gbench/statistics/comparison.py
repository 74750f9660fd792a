"""The probability that one technique is better than another (Agarwal et al. 2021)."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from gbench.statistics.arrays import Floats, Values
from gbench.statistics.intervals import LEVEL, RESAMPLES, percentiles
from gbench.statistics.quantiles import median
from gbench.statistics.scores import Score


@dataclass(frozen=True)
class Improvement:
    """probability: that A beats B, ties counting one half. low, high: its 95 % interval."""

    probability: float
    low: float
    high: float

    @property
    def undecided(self) -> bool:
        """Whether the interval holds one half: nothing speaks against the two being alike."""
        return self.low <= 0.5 <= self.high


@dataclass(frozen=True)
class Difference:
    """median: of A less that of B, in the metric's unit. low, high: its 95 % bootstrap interval."""

    median: float
    low: float
    high: float


def improvement(a: Values, b: Values, score: Score) -> Improvement:
    """P(A better than B) over all pairs of a seed of A, `[R]`, and one of B, `[S]`: Mann-Whitney's U / RS.

    The interval is that of as many independent pairs as the smaller side has seeds, and so rather wide.
    """
    a, b = np.sort(score.costs(a)), np.sort(score.costs(b))
    wins = _wins(a[:, None], b[None, :])
    share = float(wins.mean())
    return Improvement(share, *wilson_interval(share, min(a.size, b.size)))


def paired_improvement(a: Values, b: Values, score: Score) -> Improvement:
    """P(A better than B) on the same seed, whose data order and latents the two share: `[R]` and `[R]`."""
    wins = _wins(score.costs(a), score.costs(b))
    return Improvement(float(wins.mean()), *wilson_interval(float(wins.mean()), wins.size))


def wilson_interval(share: float, size: int, level: float = LEVEL) -> tuple[float, float]:
    """The interval of a share of `size` trials (Wilson 1927).

    Unlike a bootstrap's it has a width where all trials are alike: five wins of five are no certainty.
    """
    z2 = float(stats.norm.ppf((1 + level) / 2)) ** 2
    middle = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = np.sqrt(z2 * share * (1 - share) / size + z2**2 / (4 * size**2)) / (1 + z2 / size)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def median_difference(a: Values, b: Values, score: Score, *, paired: bool) -> Difference:
    """The median of A, `[R]`, less that of B, `[S]`. Paired: seeds are drawn again together, and R = S.

    Two infinite medians do not differ; one alone makes the difference infinite.
    """
    a, b = score.filled(a), score.filled(b)
    if paired:
        order = np.lexsort((b, a))  # whatever the seeds' order
        a, b = a[order], b[order]
    else:
        a, b = np.sort(a), np.sort(b)
    generator = np.random.default_rng(0)
    rows = generator.integers(a.size, size=(RESAMPLES, a.size))
    columns = rows if paired else generator.integers(b.size, size=(RESAMPLES, b.size))
    estimates = _less(median(a[rows]), median(b[columns]))
    return Difference(float(_less(median(a), median(b))), *percentiles(estimates))


def _less(a: Values, b: Values) -> Floats:
    """a − b, and 0 for two equal infinities."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return np.subtract(a, b, out=np.zeros_like(a), where=a != b)


def _wins(a: Floats, b: Floats) -> Floats:
    """1 where cost `a` is less than `b`, one half where they tie."""
    return (a < b) + 0.5 * (a == b)
