import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbench.statistics.collapse import lost, worse
from gbench.statistics.scores import Score

MODES = Score("max", 0.0)
DISTANCE = Score("min")


@pytest.mark.parametrize(
    ("curve", "amount", "expected"),
    [
        ([2, 8, 8, 7], 2, False),
        ([2, 8, 8, 6], 2, True),
        ([2, 8, 1, 8], 2, False),  # found again
        ([1, 1, 1], 1, False),  # never found
        ([2, 8, None], 2, True),
        ([None, None], 2, True),
    ],
)
def test_lost_after_having_been_found(curve: list[float | None], amount: float, expected: bool) -> None:
    assert lost([curve], MODES, amount).tolist() == [expected]


@pytest.mark.parametrize(
    ("curve", "score", "expected"),
    [
        ([100, 10, 15], DISTANCE, False),  # 1.5 times is not more than 1.5 times
        ([100, 10, 15.1], DISTANCE, True),
        ([1, 9, 6], MODES, False),
        ([1, 9, 5.9], MODES, True),
        ([100, 10, None], DISTANCE, True),
        ([5, None, 5], DISTANCE, False),
        ([None, None], DISTANCE, True),
        ([None, None], MODES, True),
        ([-900, -500, -700], Score("max"), False),  # log-likelihoods, -750 is the limit
        ([-900, -500, -751], Score("max"), True),
        ([-900, -500, -500], Score("min"), True),  # -600 is the limit
    ],
)
def test_worse_than_one_and_a_half_times_its_best(
    curve: list[float | None], score: Score, expected: bool
) -> None:
    assert worse([curve], score).tolist() == [expected]


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        ([10, 0, 0], False),
        ([10, 0, 0.01], False),
        ([10, 0, 0.011], True),
        ([0, 0, 0], False),
        ([0, 0, 1], True),
    ],
)
def test_a_best_of_zero_takes_the_range_for_its_scale(curve: list[float], expected: bool) -> None:
    assert worse([curve], DISTANCE).tolist() == [expected]


@given(st.lists(st.floats(0.1, 1e3), min_size=1, max_size=10), st.floats(1e-3, 1e3))
def test_the_unit_of_a_metric_does_not_matter(curve: list[float], unit: float) -> None:
    ratio = curve[-1] / min(curve)
    if abs(ratio - 1.5) > 1e-6:
        scaled = np.array([curve]) * unit
        assert worse(scaled, DISTANCE).tolist() == worse([curve], DISTANCE).tolist()


def test_one_bad_point_at_the_end_of_a_long_curve_is_no_collapse() -> None:
    steady = [10.0] * 20
    assert worse([[*steady[:-1], 40]], DISTANCE).tolist() == [False]
    assert worse([[*steady[:-2], 40, 40]], DISTANCE).tolist() == [True]
    assert worse([[*steady[:-1], None]], DISTANCE).tolist() == [True]
    assert worse([[10, 10, 40]], DISTANCE).tolist() == [True]  # of a short one the end is one point


def test_a_fall_within_the_sampling_error_is_no_collapse() -> None:
    curve = [0.5, 0.004, 0.007]
    assert worse([curve], DISTANCE).tolist() == [True]
    assert worse([curve, curve], DISTANCE, noise=[0.0007, 0.0008]).tolist() == [True, False]
    assert worse([curve], DISTANCE, noise=[np.nan]).tolist() == [True]  # not known
