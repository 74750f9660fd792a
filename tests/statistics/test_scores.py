import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbench.statistics.scores import Score


@pytest.mark.parametrize(
    ("score", "floor"),
    [
        (Score("min"), np.inf),
        (Score("max"), -np.inf),
        (Score("max", 0.0), 0.0),
        (Score("min", 1.0), 1.0),
    ],
)
def test_what_does_not_exist_is_the_worst(score: Score, floor: float) -> None:
    assert score.filled([3.0, None, np.nan, np.inf]).tolist() == [3.0, floor, floor, floor]


def test_better_is_strict_and_knows_the_direction() -> None:
    assert Score("min").better([1, 2, 3], [2, 2, 2]).tolist() == [True, False, False]
    assert Score("max").better([1, 2, 3], [2, 2, 2]).tolist() == [False, False, True]
    assert Score("min").better([5.0], [None]).all()


def test_a_threshold_is_reached_by_what_is_as_good() -> None:
    assert Score("max", 0.0).reaches([7, 8, 9, None], 8).tolist() == [False, True, True, False]
    assert Score("min").reaches([7, 8, 9, None], 8).tolist() == [True, True, False, False]


def test_a_missing_value_reaches_not_even_the_worst() -> None:
    assert Score("max", 0.0).reaches([0.0, None], 0.0).tolist() == [True, False]


def test_best_runs_along_the_last_axis() -> None:
    values = [[3, 1, 2], [None, None, None]]
    assert Score("min").best(values).tolist() == [1, np.inf]
    assert Score("max", 0.0).best(values).tolist() == [3, 0]


def test_an_unknown_direction_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^direction is 'up', not 'min' or 'max'$"):
        Score("up")


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1))
def test_negated_scores_swap_the_directions(values: list[float | None]) -> None:
    negated = [None if value is None else -value for value in values]
    assert Score("min").best(values) == -Score("max").best(negated)
