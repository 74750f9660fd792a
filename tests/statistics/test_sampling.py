"""The sampling error: a root mean square over replicas, and unbiased in the variance."""

import math

import numpy as np
import pytest

from gbench.statistics.sampling import sampling_error
from gbench.statistics.summary import summarise
from tests.statistics.test_summary import CURVES, STATUSES, Judged


def test_variances_are_averaged_over_the_replicas_that_have_one() -> None:
    assert sampling_error([3.0, 4.0]) == pytest.approx(math.sqrt(12.5))
    assert sampling_error([3.0, None, 4.0, math.nan]) == pytest.approx(math.sqrt(12.5))
    assert sampling_error([0.0]) == 0.0
    assert math.isnan(sampling_error([None, None]))
    assert math.isnan(sampling_error([]))


def test_its_square_is_unbiased() -> None:
    """Of five draws each from normal laws whose variances are 1, 4, 9: their mean, 14/3."""
    draws = np.random.default_rng(0).normal(0, [[[1], [2], [3]]], (20_000, 3, 5))
    squares = [sampling_error(deviations) ** 2 for deviations in draws.std(2, ddof=1)]
    assert np.mean(squares) == pytest.approx(14 / 3, rel=0.01)


def test_it_stands_apart_from_the_spread_over_seeds() -> None:
    without = summarise(Judged(), CURVES, STATUSES).statistics
    sampling = {"modes": {0: 3.0, 1: 4.0, 2: None, 3: None, 9: 100.0}, "kl": {3: None}}
    found = summarise(Judged(), CURVES, STATUSES, sampling=sampling).statistics
    assert found["sampling-error/modes"] == pytest.approx(math.sqrt(12.5))
    assert set(found) == {*without, "sampling-error/modes"}
    spread = ["median/modes", "low/modes", "high/modes", "iqr/modes", "worst/modes"]
    assert [found[name] for name in spread] == [without[name] for name in spread]


def test_without_draws_there_is_none() -> None:
    assert not [name for name in summarise(Judged(), CURVES, STATUSES).statistics if "sampling" in name]
