from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbench.statistics.scores import Score
from gbench.statistics.sensitivity import expected_best, share_that_works


def test_share_of_the_grid() -> None:
    assert share_that_works([True, False, False, False]) == 0.25


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=7), st.sampled_from(["min", "max"]))
def test_expected_best_against_every_draw(values: list[float], direction: str) -> None:
    best = min if direction == "min" else max
    every = [np.mean([best(draw) for draw in combinations(values, k)]) for k in range(1, len(values) + 1)]
    assert expected_best(values, Score(direction)) == pytest.approx(every, rel=1e-9, abs=1e-9)


def test_an_unbounded_failure_is_expected_until_a_draw_must_avoid_it() -> None:
    assert expected_best([1.0, 2.0, None], Score("min")).tolist() == [np.inf, pytest.approx(4 / 3), 1.0]
    assert expected_best([1.0, 2.0, None], Score("max", 0.0)) == pytest.approx([1, 5 / 3, 2])
