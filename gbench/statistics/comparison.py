"""The probability that one technique is better than another (Agarwal et al. 2021)."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from gbench.statistics.arrays import Floats, Values
from gbench.statistics.intervals import RESAMPLES, bootstrap_interval, percentiles
from gbench.statistics.scores import Score


@dataclass(frozen=True)
class Improvement:
    """probability: that A beats B, ties counting one half. low, high: its bootstrap interval."""

    probability: float
    low: float
    high: float


def improvement(a: Values, b: Values, score: Score) -> Improvement:
    """P(A better than B) over all pairs of a seed of A, `[R]`, and one of B, `[S]`: Mann-Whitney's U / RS."""
    a, b = np.sort(score.costs(a)), np.sort(score.costs(b))
    wins = _wins(a[:, None], b[None, :])
    generator = np.random.default_rng(0)
    rows = generator.integers(a.size, size=(RESAMPLES, a.size))
    columns = generator.integers(b.size, size=(RESAMPLES, b.size))
    estimates = wins[rows[:, :, None], columns[:, None, :]].mean(axis=(1, 2))
    return Improvement(float(wins.mean()), *percentiles(estimates))


def paired_improvement(a: Values, b: Values, score: Score) -> Improvement:
    """P(A better than B) on the same seed, whose data order and latents the two share: `[R]` and `[R]`."""
    wins = _wins(score.costs(a), score.costs(b))
    return Improvement(float(wins.mean()), *bootstrap_interval(wins, partial(np.mean, axis=-1)))


def _wins(a: Floats, b: Floats) -> Floats:
    """1 where cost `a` is less than `b`, one half where they tie."""
    return (a < b) + 0.5 * (a == b)
