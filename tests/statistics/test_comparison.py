import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gbench.statistics.comparison import (
    Difference,
    improvement,
    median_difference,
    paired_improvement,
    wilson_interval,
)
from gbench.statistics.scores import Score

MIN, MAX = Score("min"), Score("max")
seeds = st.lists(st.integers(0, 20), min_size=1, max_size=8)


@settings(max_examples=30)
@given(seeds, seeds)
def test_all_pairs_are_mann_whitneys_u(a: list[int], b: list[int]) -> None:
    expected = stats.mannwhitneyu(a, b, method="asymptotic").statistic / (len(a) * len(b))
    assert improvement(a, b, MAX).probability == pytest.approx(expected)
    assert improvement(a, b, MIN).probability == pytest.approx(1 - expected)


@settings(max_examples=30)
@given(seeds, seeds)
def test_a_monotone_transform_changes_nothing(a: list[int], b: list[int]) -> None:
    assert improvement(a, b, MAX) == improvement(np.exp(a), np.exp(b), MAX)


def test_pairs_of_the_same_seed() -> None:
    found = paired_improvement([1, 2, 3, 4], [2, 2, 2, 5], MAX)
    assert found.probability == (0 + 0.5 + 1 + 0) / 4
    assert 0 <= found.low <= found.probability <= found.high <= 1


def test_pairing_sees_what_all_pairs_cannot() -> None:
    """A is better on every seed by less than the seeds differ."""
    b = np.arange(0.0, 80.0, 10.0)
    assert paired_improvement(b + 1, b, MAX).probability == 1
    assert improvement(b + 1, b, MAX).probability == (28 + 8) / 64


def test_diverged_is_worse_than_anything_and_ties_with_diverged() -> None:
    assert paired_improvement([1e9, None], [None, None], MIN).probability == 0.75
    assert improvement([1e9, None], [None, None], MIN).probability == 0.75


def test_few_seeds_that_all_win_are_no_certainty() -> None:
    """Wilson's interval of two wins of two, as the smaller side has two seeds."""
    found = improvement([3, 4, 5], [1, 2], MAX)
    assert (found.probability, found.low, found.high) == (1, pytest.approx(2 / (2 + 1.959964**2)), 1)
    alone = improvement([2], [1], MAX)
    assert alone.low < 0.5


@settings(max_examples=20)
@given(st.permutations(list(zip([3, 1, 4, 1, 5, 9], [2, 7, 1, 8, 2, 8], strict=True))))
def test_the_order_of_the_seeds_changes_nothing(pairs: list[tuple[int, int]]) -> None:
    a, b = zip(*pairs, strict=True)
    x, y = zip(*sorted(pairs), strict=True)
    assert improvement(a, b, MAX) == improvement(x, y, MAX)
    assert paired_improvement(a, b, MAX) == paired_improvement(x, y, MAX)


@pytest.mark.parametrize(("wins", "size"), [(0, 1), (1, 1), (5, 5), (3, 8), (17, 20)])
def test_the_interval_of_a_share_is_scipys(wins: int, size: int) -> None:
    expected = stats.binomtest(wins, size).proportion_ci(method="wilson")
    assert wilson_interval(wins / size, size) == pytest.approx((expected.low, expected.high))


def test_three_seeds_decide_nothing_and_four_alike_do() -> None:
    assert paired_improvement([2, 2, 2], [1, 1, 1], MAX).undecided
    assert not paired_improvement([2, 2, 2, 2], [1, 1, 1, 1], MAX).undecided


def test_a_constant_shift_is_a_difference_without_width_where_seeds_are_paired() -> None:
    b = np.arange(0.0, 80.0, 10.0)
    assert median_difference(b + 1, b, MAX, paired=True) == Difference(1, 1, 1)
    apart = median_difference(b + 1, b, MAX, paired=False)
    assert apart.median == 1
    assert apart.low < -10 < 10 < apart.high


def test_the_difference_of_unpaired_medians_is_scipys_bootstrap() -> None:
    a, b = np.array([3.0, 1, 4, 1, 5, 9, 2, 6]), np.array([2.0, 7, 1, 8, 2, 8])
    found = median_difference(a, b, MIN, paired=False)

    def difference(a: np.ndarray, b: np.ndarray, axis: int) -> np.ndarray:
        return np.median(a, axis=axis) - np.median(b, axis=axis)

    drawn = stats.bootstrap(
        (a, b), difference, method="percentile", n_resamples=20_000, rng=np.random.default_rng(0)
    )
    assert found.median == np.median(a) - np.median(b)
    assert (found.low, found.high) == pytest.approx(tuple(drawn.confidence_interval), abs=0.6)


def test_infinite_medians() -> None:
    assert median_difference([None, None], [None, None], MIN, paired=True) == Difference(0, 0, 0)
    assert median_difference([None, None], [1, 2], MIN, paired=True) == Difference(np.inf, np.inf, np.inf)
