from pathlib import Path
from typing import Any

import pytest

from gbench.report.reading import read_study
from gbench.report.study import DatasetResults
from gbench.report.verdict import answer, listing, ranks_by, ranks_by_convergence

from .recorded import Curves, new_run, record


def results_of(folder: Path, **techniques: Curves | dict[str, Any]) -> DatasetResults:
    """The data set after these techniques, each its curves or the arguments of `record`."""
    run = new_run(folder)
    for label, given in techniques.items():
        settings = given if isinstance(given, dict) else {"modes": given}
        record(run, label, **settings)
    (only,) = read_study(folder).datasets
    return only


def last(*values: float | None) -> Curves:
    return [[0.0, value] for value in values]


def test_the_best_how_surely_and_who_is_as_good(tmp_path: Path) -> None:
    found = results_of(tmp_path, a=last(9, 9, 9, 8, 8), b=last(8, 8, 8, 9, 9), c=last(1, 1, 1, 1, 1))
    assert answer(found) == [
        (
            "On ring, a does best: modes 9 [8, 9]. On the same seed it beats the runner-up, b, with "
            "probability 0.6 [0.231, 0.882]. Not surely worse with these seeds: b.",
            "stressed",
        )
    ]


def test_a_winner_that_fails_its_thresholds_is_none(tmp_path: Path) -> None:
    """`kl` ranks; `narrow` is best by it, but finds too few modes."""
    changes = {"primary": "kl", "scores": {"modes": ("max", 0.0), "kl": ("min", None)}}
    found = results_of(
        tmp_path,
        narrow={"modes": last(9, 9, 9, 9), "thresholds": {"modes": 10.0}} | changes,
        broad={"modes": last(8, 8, 8, 8), "thresholds": {"modes": 8.0}} | changes,
    )
    assert answer(found) == [
        (
            "On ring, broad is the best that works in at least half of the seeds: kl 2 [2, 2]. "
            "No other technique works in at least half of the seeds.",
            "stressed",
        ),
        (
            "Ranked first by kl, but no winner: narrow misses the thresholds (modes ≥ 10) on 4 of 4 seeds.",
            "warning",
        ),
        ("The metrics disagree: modes puts narrow first and broad at rank 2 of 2.", ""),
    ]


def test_where_everyone_fails_nobody_is_recommended(tmp_path: Path) -> None:
    (first, *_) = answer(results_of(tmp_path, a=last(3, 4, 5, 3), b=last(1, 1, 1, 1)))
    assert first == (
        "On ring, no technique is reliable: a, the best by modes 3.5 [3, 5], misses the thresholds "
        "(modes ≥ 8) on 4 of 4 seeds.",
        "stressed",
    )


def test_one_that_wins_seed_by_seed_is_not_called_worse(tmp_path: Path) -> None:
    """The medians put a first; on seven of eight seeds b is ahead."""
    a, b = last(*[9] * 4, *[1] * 4), last(*[9.1] * 3, 0, *[1.1] * 4)
    lower = {"scores": {"modes": ("max", 0.0)}, "thresholds": {}}
    found = results_of(
        tmp_path, a={"modes": a, **lower}, b={"modes": b, **lower}, c={"modes": last(*[0.5] * 8), **lower}
    )
    (first, *_) = answer(found)
    assert "Not surely worse with these seeds: b." in first[0]
    assert "surely worse." not in first[0].replace("Not surely worse with these seeds: b.", "")


def test_cells_measured_by_other_metrics_are_named_and_not_ranked(tmp_path: Path) -> None:
    old = {"modes": last(1, 2), "scores": {"kl": ("min", None)}, "primary": "kl", "thresholds": {}}
    found = results_of(tmp_path, a=last(9, 9), b=last(8, 8), old=old)
    assert [entry.title for entry in found.ranked] == ["a", "b"]
    assert ("Not in this answer: old (measured by other metrics).", "") in answer(found)


def test_one_seed_says_so(tmp_path: Path) -> None:
    found = answer(results_of(tmp_path, a=last(9), b=last(8)))
    assert found[0][0] == (
        "On ring, a does best: modes 9 (one seed). On the same seed it beats the runner-up, b, with "
        "probability 1 [0.207, 1]. Not surely worse with these seeds: b."
    )
    assert found[1] == (
        "A single seed: nothing is known about the spread, and another seed may turn the order around.",
        "warning",
    )


def test_all_diverged(tmp_path: Path) -> None:
    found = results_of(tmp_path, a={"modes": last(None, None), "diverged": (0, 1)})
    assert answer(found) == [
        ("Every seed of every technique diverged on ring: there is no answer.", "warning")
    ]


def test_nothing_ended(tmp_path: Path) -> None:
    found = results_of(tmp_path, a={"modes": last(9, 9), "finish": False})
    assert answer(found) == [
        ("Nothing has been trained to its end on ring yet (interrupted, step 200).", "warning")
    ]


def test_unfinished_cells_are_named(tmp_path: Path) -> None:
    found = results_of(tmp_path, a=last(9, 9, 9, 9), b={"modes": last(9, 9), "finish": False})
    assert answer(found)[-1] == ("Not in this answer: b (interrupted, step 200).", "")


def test_one_technique(tmp_path: Path) -> None:
    assert answer(results_of(tmp_path, a=last(9, 9, 9, 9))) == [
        ("On ring, only a ran: a ends with modes 9 [9, 9].", "stressed")
    ]


def test_ranks_share_ties_and_count_a_diverged_cell_last(tmp_path: Path) -> None:
    found = results_of(
        tmp_path,
        a=last(9, 9),
        b=last(9, 9),
        c={"modes": last(10, 10), "diverged": (0, 1)},
    )
    named = {entry.cell.id: entry.title for entry in found.ranked}
    assert {named[cell]: rank for cell, rank in ranks_by(found.ranked, "kl").items()} == {
        "a": 1,
        "b": 1,
        "c": 3,
    }
    by_share = {named[cell]: rank for cell, rank in ranks_by_convergence(found.ranked).items()}
    assert by_share == {"a": 1, "b": 1, "c": 3}


@pytest.mark.parametrize(
    ("names", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abcdef"), "a, b, c, d and 2 more")],
)
def test_listing(names: list[str], text: str) -> None:
    assert listing(names) == text
