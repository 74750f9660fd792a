import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gbench.statistics.ranks import Ranking, dataset_ranks, holm, rank_techniques
from gbench.statistics.scores import Score

MIN = Score("min")
tables = st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=6, max_size=9)


def test_ranks_share_ties_and_put_the_diverged_last() -> None:
    values = [[1.0, 2.0, 2.0], [None, 7.0, 3.0]]
    assert dataset_ranks(values, MIN).tolist() == [[1, 2.5, 2.5], [3, 2, 1]]


def test_holm_by_hand() -> None:
    """Sorted .01, .02, .03, .5 times 4, 3, 2, 1, never falling."""
    assert holm([0.03, 0.01, 0.5, 0.02]) == pytest.approx([0.06, 0.04, 0.5, 0.06])
    assert holm([0.6, 0.7]) == [1, 1]


def test_there_is_no_ranking_below_six_data_sets() -> None:
    assert rank_techniques(np.arange(15).reshape(5, 3), MIN) is None


def test_a_clear_order() -> None:
    generator = np.random.default_rng(0)
    base = generator.uniform(1, 9, size=(12, 1))
    values = base + [[0.0, 0.001, 5.0]] * 12 + generator.uniform(0, 0.01, size=(12, 3))
    ranking = rank_techniques(values, MIN)
    assert ranking is not None
    assert ranking.mean_ranks.sum() == pytest.approx(6)
    assert ranking.mean_ranks[2] == 3
    assert ranking.friedman == pytest.approx(stats.friedmanchisquare(*values.T).pvalue)
    raw = stats.wilcoxon(values[:, 0], values[:, 2]).pvalue
    assert raw == pytest.approx(2 / 2**12)
    assert ranking.pairs[0, 2] == pytest.approx(3 * raw)
    assert [sorted(clique) for clique in ranking.cliques()] == [[0, 1]]


def test_two_techniques_have_no_friedman_test() -> None:
    ranking = rank_techniques([[1, 2], [1, 3], [1, 4], [1, 5], [1, 6], [1, 7]], MIN)
    assert ranking is not None
    assert ranking.friedman is None
    assert ranking.pairs == {(0, 1): pytest.approx(2 / 2**6)}


def test_nothing_differs_where_everything_ties() -> None:
    ranking = rank_techniques(np.full((6, 3), np.nan), MIN)
    assert ranking is not None
    assert ranking.mean_ranks.tolist() == [2, 2, 2]
    assert ranking.friedman == 1
    assert set(ranking.pairs.values()) == {1}


def test_cliques_overlap_but_are_not_contained_in_each_other() -> None:
    p = {(0, 1): 0.5, (1, 2): 0.5, (0, 2): 0.01, (0, 3): 0.01, (1, 3): 0.01, (2, 3): 0.01}
    assert Ranking(np.array([1.0, 2.0, 3.0, 4.0]), 0.001, p).cliques() == [(0, 1), (1, 2)]


@settings(max_examples=30)
@given(tables)
def test_a_monotone_transform_does_not_change_ranks(table: list[list[int]]) -> None:
    assert dataset_ranks(table, MIN).tolist() == dataset_ranks(np.exp(table), MIN).tolist()


@settings(max_examples=8, deadline=None)
@given(tables, st.permutations([0, 1, 2]))
def test_renaming_techniques_renames_their_ranks(table: list[list[int]], order: list[int]) -> None:
    ranking, renamed = rank_techniques(table, MIN), rank_techniques(np.array(table)[:, order], MIN)
    assert ranking is not None
    assert renamed is not None
    assert renamed.mean_ranks == pytest.approx(ranking.mean_ranks[order])
    assert renamed.friedman == pytest.approx(ranking.friedman)
    assert sorted(renamed.pairs.values()) == pytest.approx(sorted(ranking.pairs.values()))


def test_a_technique_that_always_diverges_loses_everywhere() -> None:
    values = np.column_stack([np.arange(1.0, 8.0), np.full(7, np.nan)])
    ranking = rank_techniques(values, MIN)
    assert ranking is not None
    assert ranking.mean_ranks.tolist() == [1, 2]
    assert ranking.pairs[0, 1] < 0.05
