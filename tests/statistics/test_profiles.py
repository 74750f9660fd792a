import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gbench.statistics.profiles import performance_profile
from gbench.statistics.scores import Score


def test_share_of_runs_that_reach_each_level() -> None:
    runs = [[1.0, 5.0], [8.0, None]]
    assert performance_profile(runs, [0, 1, 6, 9], Score("max", 0.0)).tolist() == [0.75, 0.75, 0.25, 0]
    assert performance_profile(runs, [0, 1, 6, 9], Score("min")).tolist() == [0, 0.25, 0.5, 0.75]


@given(st.lists(st.floats(-10, 10), min_size=1), st.lists(st.floats(-10, 10), min_size=2))
def test_a_profile_falls_as_the_level_gets_harder(runs: list[float], levels: list[float]) -> None:
    assert (np.diff(performance_profile(runs, sorted(levels), Score("max"))) <= 0).all()
