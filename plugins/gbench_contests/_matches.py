"""Matches between generators and discriminators."""

import math
from collections.abc import Iterable

from gbench_contests._judging import Decisions


def win_rates(decisions: Decisions) -> dict[tuple[int, int], float]:
    """The generator's win rate in each match (generator, judge), in [0, 1]."""
    missed = decisions.real.mean(-1)
    rates = ((decisions.fake.mean(-1) + missed) / 2).tolist()
    return {
        (generator, judge): rates[row][column]
        for row, generator in enumerate(decisions.generators)
        for column, judge in enumerate(decisions.judges)
    }


def mean(values: Iterable[float]) -> float:
    """The mean; NaN if there are no values."""
    found = list(values)
    return sum(found) / len(found) if found else math.nan
