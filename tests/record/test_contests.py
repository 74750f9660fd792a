"""What contests found, written and read."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from gbench.errors import UserError
from gbench.record import CohortDirectory, ContestRecord, Fenced, RunDirectory, load_contests
from gbench.record.contests import save_contest

REQUEST = {"use": "gam", "version": "1", "options": {"samples": 500}, "features": {}}


def record(**changes: Any) -> ContestRecord:
    """A contest of three cells, of which the last took no part."""
    usual = {
        "contest": "gam",
        "version": "1",
        "options": {"samples": 500},
        "features": {},
        "dataset": "ring",
        "cells": ["a", "b", "c"],
        "participants": {"a": ["0 of 1f"], "b": ["0 of 2f"]},
        "scores": {"gam-500": ("max", 0.0), "skill-500": ("max", None), "far-500": ("min", None)},
        "values": {
            "gam-500": {"a": [0.5, None, 0.25], "b": [None, None, 1.0]},
            "skill-500": {"a": [1500.0, None]},
            "far-500": {"a": [None, None]},
        },
        "tables": {"battles": {"columns": ["first"], "rows": [["a"], [None]]}},
        "notes": ["c: stays out"],
    }
    return ContestRecord(**usual | changes)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    path = save_contest(run, record())
    assert path == tmp_path / "contests" / "ring" / "gam.json"
    save_contest(run, record(dataset="digits"))
    assert load_contests(run) == [record(dataset="digits"), record()]


def test_numbers_that_do_not_exist_become_null(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    save_contest(run, record(values={"gam-500": {"a": [math.nan, math.inf]}}))
    assert load_contests(run)[0].values == {"gam-500": {"a": [None, None]}}


def test_medians_count_what_is_missing_as_the_worst() -> None:
    found = record()
    assert found.median("gam-500", "a") == 0.25
    assert found.median("gam-500", "b") == 0.0
    assert found.median("gam-500", "c") is None
    assert found.median("skill-500", "a") == -math.inf
    assert found.median("far-500", "a") == math.inf


def test_it_answers_what_was_asked() -> None:
    participants = record().participants
    assert record().answers(REQUEST, participants)
    assert not record(error="no").answers(REQUEST, participants)
    assert not record().answers({**REQUEST, "options": {"samples": 400}}, participants)
    assert not record().answers({**REQUEST, "version": "2"}, participants)
    assert not record().answers(REQUEST, {**participants, "b": ["0 of 3f"]})


@pytest.mark.parametrize(
    "damage",
    [
        {"contest": None},
        {"values": {"other": {"a": [1.0]}}},
        {"values": {"gam-500": {"a": ["1"]}}},
        {"values": {"gam-500": 3}},
        {"scores": {"gam-500": ["max"]}},
        {"tables": {"battles": []}},
        {"error": 3},
    ],
)
def test_damage_is_told(tmp_path: Path, damage: dict[str, Any]) -> None:
    run = RunDirectory(tmp_path)
    path = save_contest(run, record())
    path.write_text(json.dumps(json.loads(path.read_text()) | damage))
    with pytest.raises(UserError) as found:
        load_contests(run)
    assert str(found.value) == f"{path}: damaged record: not a contest's"


def test_networks_are_kept_by_the_latest_attempt_of_a_finished_cohort(tmp_path: Path) -> None:
    cohort = CohortDirectory(tmp_path / "00-00")
    with cohort.begin_attempt() as first, cohort.begin_attempt() as second:
        second.keep("networks.pt", lambda path: path.write_bytes(b"second") and None)
        with pytest.raises(Fenced):
            first.keep("networks.pt", lambda path: path.write_bytes(b"first") and None)
        assert cohort.networks() is None
        outcome = {"replica": 0, "status": "done", "step": 1}
        second.finish({"replicas": [outcome], "seconds": 1.0, "facts": {}})
    kept = cohort.networks()
    assert kept is not None
    assert kept.read_bytes() == b"second"
