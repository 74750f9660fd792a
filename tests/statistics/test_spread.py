import numpy as np

from gbench.statistics.scores import Score
from gbench.statistics.spread import interquartile_range, worst_seed


def test_interquartile_range() -> None:
    assert interquartile_range([1, 2, 3, 4, 5]) == 2  # quartiles 2 and 4
    assert interquartile_range([7, 7, 7]) == 0


def test_interquartile_range_is_infinite_beside_infinite_quartiles() -> None:
    assert interquartile_range([1, 2, np.inf]) == np.inf
    assert interquartile_range([np.inf, np.inf]) == np.inf
    assert interquartile_range([1, 2, 3, 4, np.inf]) == 2


def test_worst_seed_is_the_diverged_one() -> None:
    assert worst_seed([3, 9, 4], Score("min")) == 9
    assert worst_seed([3, None, 4], Score("min")) == np.inf
    assert worst_seed([3, None, 4], Score("max", 0.0)) == 0
