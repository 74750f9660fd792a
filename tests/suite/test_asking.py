"""Metrics that ask a game to do something: left out where it does not, refused where none does."""

from pathlib import Path
from typing import Any

import pytest

from gbench.errors import UserError
from gbench.suite import load_suite
from gbench.suite.suite import Suite
from tests.sweep.small import write_suite

MODES = {"use": "modes", "samples": 64}
RATIO = "reconstruction-ratio"


def load(folder: Path, **changes: Any) -> Suite:
    return load_suite(write_suite(folder, **{"metrics": [MODES, RATIO]} | changes))


def test_it_is_left_out_for_games_that_do_not_answer(tmp_path: Path) -> None:
    bigan = {"use": "non-saturating", "label": "pairs", "game": "bigan"}
    suite = load(tmp_path, techniques=["non-saturating", bigan])
    plain, pairs = suite.cells()
    assert [metric.use for metric in plain.recipe.metrics] == ["modes"]
    assert list(plain.scores) == ["modes-64"]
    assert [metric.use for metric in pairs.recipe.metrics] == ["modes", RATIO]
    assert pairs.scores["reconstruction-ratio-1k"] == ("min", None)
    assert suite.notes() == [
        "metric reconstruction-ratio is left out for non-saturating, "
        "whose game adversarial does not reconstruct"
    ]


def test_a_metric_that_is_left_out_leaves_the_cell_as_it_was(tmp_path: Path) -> None:
    bigan = {"use": "non-saturating", "label": "pairs", "game": "bigan"}
    plain, _ = load(tmp_path, techniques=["non-saturating", bigan]).cells()
    [alone] = load(tmp_path, metrics=[MODES]).cells()
    assert plain.id == alone.id


def test_some_game_must_answer(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        load(tmp_path).cells()
    assert caught.value.message == (
        "metric reconstruction-ratio asks games to reconstruct, which none of the suite's does; "
        "use game bigan, cycle-gan or vae-gan"
    )


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"primary": {"ring": RATIO}}, "its primary metric"),
        ({"metrics": [RATIO, MODES]}, "its primary metric"),
        ({"thresholds": {"ring": {RATIO: 0.8}}}, "one of its thresholds"),
    ],
)
def test_what_ranks_or_decides_must_be_answered_by_all(
    tmp_path: Path, changes: dict[str, Any], what: str
) -> None:
    with pytest.raises(UserError) as caught:
        load(tmp_path, **changes).cells()
    assert caught.value.message == (
        "technique non-saturating: game adversarial does not reconstruct, but on data set ring "
        f"'reconstruction-ratio-1k' is {what}; name another, or leave the technique out"
    )
