import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gbench.statistics.intervals import (
    bootstrap_interval,
    median_interval,
    percentiles,
    stratified_interval,
)
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


@pytest.mark.parametrize(
    ("seeds", "expected"), [(3, 0.75), (4, 0.875), (5, 0.9375), (6, 0.95), (8, 0.95), (16, 0.95), (31, 0.95)]
)
@pytest.mark.parametrize("law", ["normal", "lognormal", "uniform"])
def test_the_interval_of_the_median_covers_it(seeds: int, expected: float, law: str) -> None:
    """As often as it says, give or take three standard errors and, of the interpolation, half a percent."""
    trials = 4000
    draws = getattr(np.random.default_rng(seeds), law)(size=(trials, seeds))
    true = {"normal": 0.0, "lognormal": 1.0, "uniform": 0.5}[law]
    covered = np.mean([low <= true <= high for low, high in map(median_interval, draws)])
    assert covered == pytest.approx(expected, abs=3 * (expected * (1 - expected) / trials) ** 0.5 + 0.005)


def test_the_interval_of_the_median_by_hand() -> None:
    """Of ten values: P(x₂ < m < x₉) = 1 − 22/1024, P(x₃ < m < x₈) = 1 − 112/1024."""
    wide, narrow = 1 - 22 / 1024, 1 - 112 / 1024
    excess = (wide - 0.95) / (wide - narrow)
    share = 8 * excess / (2 + 6 * excess)
    assert median_interval(range(1, 11)) == pytest.approx((2 + share, 9 - share))
    assert median_interval([7, 1, 3]) == (1, 7)
    assert median_interval([4.2]) == (4.2, 4.2)


def test_infinite_scores_open_the_interval_of_the_median() -> None:
    assert median_interval([1, 2, 3, 4, 5, 6, 7, np.inf])[1] == np.inf  # from 7 outwards
    assert np.isfinite(median_interval([*range(15), np.inf])).all()
    assert median_interval([-np.inf] * 8) == (-np.inf, -np.inf)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_the_interval_of_the_median_holds_it(values: list[float]) -> None:
    low, high = median_interval(values)
    slack = 1e-9 * max(map(abs, values))
    assert min(values) - slack <= low <= median(values) + slack
    assert median(values) - slack <= high <= max(values) + slack


def test_a_bootstrapped_interval_of_the_middle_half_is_a_little_narrow() -> None:
    """Percentile intervals of few seeds are: what docs/results.md says of eight and of sixteen."""
    trials, generator = 1000, np.random.default_rng(0)
    for seeds, least in ((8, 0.87), (16, 0.91)):
        draws = generator.normal(size=(trials, seeds))
        intervals = [bootstrap_interval(row, iqm, resamples=300) for row in draws]
        assert least < np.mean([low <= 0 <= high for low, high in intervals]) < 0.96
