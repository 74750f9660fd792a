import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gbench.statistics.intervals import bootstrap_interval, percentiles, stratified_interval
from gbench.statistics.iqm import iqm
from gbench.statistics.quantiles import median


def test_iqm_drops_a_quarter_at_each_end() -> None:
    assert iqm([100, 1, 2, 3, 4, 5, 6, -50]) == pytest.approx((2 + 3 + 4 + 5) / 4)
    assert iqm([1, 2, 3, 4, np.inf]) == 3
    assert iqm([1, 2, np.inf, np.inf]) == np.inf
    assert iqm([[7, 7, 7, 7], [0, 1, 2, 9]]).tolist() == [7, 1.5]


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30))
def test_iqm_is_scipys_trimmed_mean(values: list[float]) -> None:
    assert iqm(values) == stats.trim_mean(values, 0.25)


def test_percentiles_of_estimates() -> None:
    assert percentiles(np.arange(101), level=0.9) == pytest.approx((5, 95))


def test_agrees_with_scipys_bootstrap() -> None:
    values = np.random.default_rng(3).normal(10, 2, size=20)
    theirs = stats.bootstrap(
        (values,), np.median, method="percentile", n_resamples=5000, rng=np.random.default_rng(1)
    ).confidence_interval
    assert bootstrap_interval(values, resamples=5000) == pytest.approx((theirs.low, theirs.high), abs=0.15)


def test_one_seed_has_no_width() -> None:
    assert bootstrap_interval([4.2]) == (4.2, 4.2)


def test_diverged_replicas_open_the_interval_and_give_no_nan() -> None:
    low, high = bootstrap_interval([1, 2, 3, 4, 5, 6, 7, np.inf])
    assert (low, np.isfinite(high)) == (2.0, True)
    assert bootstrap_interval([1, 2, 3, 4, np.inf, np.inf, np.inf])[1] == np.inf
    assert bootstrap_interval([-np.inf] * 4) == (-np.inf, -np.inf)
    assert bootstrap_interval([1, 2, 3, np.inf], iqm)[1] == np.inf


@settings(max_examples=20)
@given(st.permutations([3.0, 1.0, 4.0, 1.5, 9.0, 2.6, np.inf]))
def test_the_order_of_the_replicas_changes_nothing(values: list[float]) -> None:
    assert bootstrap_interval(values) == bootstrap_interval(sorted(values))


def test_every_draw_of_a_stratified_bootstrap_holds_every_cell() -> None:
    """Two cells without spread: nothing is left to chance. Mixing the seeds would give an interval."""
    assert stratified_interval([[0.0] * 4, [10.0] * 4]) == (5.0, 5.0)
    low, high = bootstrap_interval([0.0] * 4 + [10.0] * 4, iqm)
    assert low < 5 < high


def test_cells_may_have_different_numbers_of_seeds() -> None:
    assert stratified_interval([[1.0] * 3, [2.0] * 9, [2.0]]) == (2.0, 2.0)


def test_the_interval_covers_the_true_median() -> None:
    """0.95 of the time, give or take three standard errors, and 0.01 for a bootstrap of only 16 seeds."""
    trials = 1000
    generator = np.random.default_rng(0)
    intervals = [bootstrap_interval(generator.normal(size=16), median, resamples=300) for _ in range(trials)]
    coverage = np.mean([low <= 0 <= high for low, high in intervals])
    assert coverage == pytest.approx(0.95, abs=3 * (0.05 * 0.95 / trials) ** 0.5 + 0.01)
