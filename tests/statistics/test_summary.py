from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gbench.statistics.curves import Points
from gbench.statistics.summary import PointsOf, Statuses, Summary, summarise


@dataclass(frozen=True)
class Judged:
    scores: dict[str, tuple[str, float | None]] = field(
        default_factory=lambda: {"modes": ("max", 0.0), "kl": ("min", None)}
    )
    primary: str | None = "modes"
    thresholds: dict[str, float] = field(default_factory=lambda: {"modes": 8})


def points(*values: float | None) -> Points:
    """Measured at 100, 200, ..."""
    return [(100 * (number + 1), value) for number, value in enumerate(values)]


CURVES: PointsOf = {
    "modes": {0: points(4, 8, 8), 1: points(8, 8, 4), 2: points(2, 3, 7), 3: points(8, None, None)},
    "kl": {0: points(3, 2, 1), 1: points(3, 2, 2), 2: points(3, 1, 3), 3: points(0.1, None, None)},
}
STATUSES: Statuses = {0: ("done", 300), 1: ("done", 300), 2: ("done", 300), 3: ("diverged", 150)}


def test_the_statistics_of_four_replicas() -> None:
    found = summarise(Judged(), CURVES, STATUSES).statistics
    expected = {
        "median/modes": 5.5,  # 8, 4, 7 and the diverged 0
        "best-median/modes": 7.5,  # 8, 8, 7 and 0, though the diverged one once had 8
        "worst/modes": 0,
        "iqr/modes": 7.25 - 3,
        "median/kl": 2.5,  # 1, 2, 3 and infinity
        "worst/kl": np.inf,
        "converged": 0.5,
        "steps-to-threshold": 200,
        "diverged": 0.25,
        "steps-to-divergence": 150,
        "collapsed": 0.5,  # replica 1, 8 to 4, and the diverged one
        "oscillation": 0.25,  # the diverged one alone
        "lost/modes": 0,  # 0, 4, 0 and of the diverged one, which found nothing that counts, 0
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert set(found) == {
        *expected, "low/modes", "high/modes", "low/kl", "high/kl", "iqr/kl", "best-median/kl", "lost/kl",
    }  # fmt: skip


def test_metrics_are_finite() -> None:
    statuses = {0: ("done", 300), 1: ("diverged", 9), 2: ("diverged", 9)}
    summary = summarise(Judged(), CURVES, statuses)
    assert summary.statistics["median/kl"] == np.inf
    assert summary.statistics["steps-to-threshold"] == np.inf
    assert {"median/kl", "worst/kl", "steps-to-threshold"}.isdisjoint(summary.metrics())
    assert np.isfinite(list(summary.metrics().values())).all()


def test_diverged_before_the_first_measurement() -> None:
    summary = summarise(Judged(), {}, {0: ("diverged", 3), 1: ("diverged", 5)})
    assert summary.metrics() == {
        "median/modes": 0, "low/modes": 0, "high/modes": 0, "iqr/modes": 0, "worst/modes": 0,
        "best-median/modes": 0, "lost/modes": 0, "converged": 0, "diverged": 1, "steps-to-divergence": 4,
        "collapsed": 1, "oscillation": 1,
    }  # fmt: skip


def test_replicas_that_have_not_ended_do_not_count() -> None:
    assert summarise(Judged(), CURVES, {}) == Summary(0)
    partial = summarise(Judged(), CURVES, {0: ("done", 300), 1: ("unfinished", 100)})
    assert (partial.replicas, partial.statistics["median/modes"]) == (1, 8)


def test_without_thresholds_or_a_primary_metric_there_is_less_to_say() -> None:
    found = summarise(Judged(primary=None, thresholds={}), CURVES, STATUSES).statistics
    assert {"converged", "steps-to-threshold", "collapsed", "oscillation"}.isdisjoint(found)


def test_traces_show_what_the_players_did() -> None:
    traces: PointsOf = {
        "score/real": {0: points(0, 9, 9, 9), 1: points(0, 0, 0, 0)},
        "score/fake": {0: points(0, 0, -9, -9), 1: points(0, 0, 0, 0)},
        "gradient/generator": {0: points(1, 1, 1e-3, 1), 1: points(1, None, None, None)},
    }
    both_done: Statuses = {0: ("done", 400), 1: ("done", 400)}
    found = summarise(Judged(), CURVES, both_done, traces).statistics
    assert (found["saturated"], found["vanishing-gradients"]) == (0.25, 0.125)
    one_diverged: Statuses = {0: ("done", 400), 1: ("diverged", 100)}
    found = summarise(Judged(), CURVES, one_diverged, traces).statistics
    assert (found["saturated"], found["vanishing-gradients"]) == (0.75, 0.625)


def test_a_threshold_on_several_metrics_wants_them_at_one_step() -> None:
    cell = Judged(thresholds={"modes": 8, "kl": 2})
    found = summarise(cell, CURVES, STATUSES).statistics
    assert found["converged"] == 0.5
    rarely: PointsOf = {**CURVES, "kl": {0: [(300, 1.0)], 1: [(300, 2.0)], 2: [(300, 1.0)]}}
    assert summarise(cell, rarely, STATUSES).statistics["converged"] == 0.25


@settings(max_examples=20)
@given(st.permutations(range(4)))
def test_renumbering_the_replicas_changes_nothing(order: list[int]) -> None:
    curves = {key: {order[r]: curve for r, curve in rows.items()} for key, rows in CURVES.items()}
    statuses = {order[r]: status for r, status in STATUSES.items()}
    assert summarise(Judged(), curves, statuses).metrics() == pytest.approx(
        summarise(Judged(), CURVES, STATUSES).metrics()
    )
