"""Contests of a suite: what they are resolved to, where they are left out, and mistakes."""

from pathlib import Path
from typing import Any

import pytest

from gbench.errors import UserError
from gbench.suite import load_suite
from gbench.suite.suite import Suite
from tests.sweep.small import write_suite


def load(folder: Path, **changes: Any) -> Suite:
    return load_suite(write_suite(folder, **changes))


def test_contests_change_no_cell_but_keep_its_networks(tmp_path: Path) -> None:
    [without], [with_them] = (load(tmp_path, contests=c).cells() for c in ([], ["gam"]))
    assert without.id == with_them.id
    assert (without.keep_networks, with_them.keep_networks) == (False, True)


def test_contests_are_resolved_by_data_set(tmp_path: Path) -> None:
    contests = load(tmp_path, contests=["gam", {"use": "nrds", "epochs": 3}]).contests()
    gam, nrds = contests["ring"]
    assert gam == {
        "use": "gam",
        "version": "1",
        "options": {"samples": 500, "cut": "middle", "tolerance": 0.5},
        "features": {},
    }
    assert nrds["options"]["epochs"] == 3
    assert nrds["features"]["pixels"]["use"] == "pixels"


def test_a_data_set_without_labels_has_no_contest_of_classes(tmp_path: Path) -> None:
    suite = load(
        tmp_path,
        datasets=["ring", "digits"],
        metrics=[{"use": "frechet-distance", "features": "pixels"}],
        contests=["gan-train-gan-test"],
    )
    assert list(suite.contests()) == ["digits"]
    assert [cell.keep_networks for cell in suite.cells()] == [False, True]
    assert suite.notes() == ["contest gan-train-gan-test is left out on ring, which has no label"]


@pytest.mark.parametrize(
    ("contests", "message"),
    [
        (["gan"], "unknown contest 'gan'; did you mean 'gam'?"),
        (["gam", {"use": "gam", "samples": 100}], "contest gam appears twice; keep one"),
        ([{"use": "gam", "tolerance": -1}], "option 'tolerance' of contest gam must be >= 0, not -1"),
        (
            ["adversarial-accuracy"],
            "contest adversarial-accuracy needs label, which no data set of the suite has",
        ),
        ([{"use": "nrds", "features": "pixel"}], "unknown features 'pixel'; did you mean 'pixels'?"),
        (["nrds", 3], "'contests.1' must be a name or {use: name, option: value}, not 3"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, contests: list[Any], message: str) -> None:
    with pytest.raises(UserError) as caught:
        load(tmp_path, contests=contests)
    assert caught.value.message == message
