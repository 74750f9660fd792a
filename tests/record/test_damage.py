"""Files that were cut, swapped or forged are one line that names the file."""

import json
from pathlib import Path
from typing import Any

import pytest

from gbench.errors import UserError
from gbench.record import CohortDirectory, RunDirectory
from gbench.record.events import Advance, ForeignEvent
from gbench.suite.cell import Cell
from tests.record.steps import save, train


def change(path: Path, **fields: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": NaN}', "[" * 100_000, '"x"', "\xff\xfe"])
def test_a_result_that_is_not_json(cohort: CohortDirectory, text: str) -> None:
    train(cohort)
    path = cohort.path / "result.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(UserError) as error:
        cohort.result()
    assert str(error.value) == f"{path}: damaged record: not a JSON object"


def test_a_result_too_large_to_read(cohort: CohortDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    train(cohort)
    monkeypatch.setattr("gbench.record.files.LARGEST_FILE", 10)
    with pytest.raises(UserError, match=r"attempt.json: damaged record: larger than 10 bytes"):
        cohort.attempt()


OUTCOME = {"replica": 0, "status": "done", "step": 500}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"replicas": 3}, "'replicas' is not a list"),
        ({"replicas": [OUTCOME]}, "'replicas' are not 0 to 2"),
        (
            {"replicas": [OUTCOME | {"step": -1}]},
            "an outcome is not {replica, status: done | diverged, step}",
        ),
        (
            {"replicas": [OUTCOME | {"status": []}]},
            "an outcome is not {replica, status: done | diverged, step}",
        ),
        ({"seconds": "1"}, "'seconds' is not a number"),
        ({"journal": "../../secrets"}, "'journal' does not name one"),
        ({"offset": True}, "'offset' is not a whole number"),
        ({"offset": 2**70}, "'offset' is not a whole number"),
        ({"offset": 99_999}, "'offset' 99999 lies beyond the 470 bytes of events.1.jsonl"),
    ],
)
def test_a_forged_result(cohort: CohortDirectory, fields: dict[str, Any], message: str) -> None:
    train(cohort)
    path = cohort.path / "result.json"
    change(path, **fields)
    with pytest.raises(UserError) as error:
        cohort.committed()
    assert str(error.value) == f"{path}: damaged record: {message}"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"step": None}, "'step' is not a whole number"),
        ({"checkpoint": "../checkpoint-1.pt"}, "'checkpoint' does not name one"),
        ({"journal": "events.9.jsonl"}, "'offset' 94 lies beyond the 0 bytes of events.9.jsonl"),
    ],
)
def test_a_forged_commit(cohort: CohortDirectory, fields: dict[str, Any], message: str) -> None:
    train(cohort, until=100)
    path = cohort.path / "commit.json"
    change(path, **fields)
    with pytest.raises(UserError) as error:
        cohort.begin_attempt()
    assert str(error.value) == f"{path}: damaged record: {message}"


def test_an_offset_within_a_line(cohort: CohortDirectory) -> None:
    train(cohort, until=100)
    change(cohort.path / "commit.json", offset=50)
    with pytest.raises(UserError, match=r"events.1.jsonl: damaged record: the line at byte 0 does not end"):
        list(cohort.events())


def test_a_checkpoint_that_was_deleted(cohort: CohortDirectory) -> None:
    train(cohort, until=100)
    (cohort.path / "checkpoint-100.pt").unlink()
    with pytest.raises(UserError, match=r"checkpoint-100.pt: damaged record: named by commit.json, but not"):
        cohort.begin_attempt()
    assert cohort.attempts() == 1


MALFORMED: list[dict[str, Any]] = [
    {"kind": "measurement", "values": {"modes": [1, 2]}},
    {"kind": "measurement", "values": {"modes": [1, 2, "3"]}},
    {"kind": "sampling", "values": {"modes": [1, 2, 3]}},
    {"kind": "sampling", "repeats": 4, "values": {"modes": [1, 2]}},
    {"kind": "measurement", "values": [1, 2, 3]},
    {"kind": "trace", "steps": [10], "values": {"x": [[1, 2, 3], [1, 2, 3]]}},
    {"kind": "trace", "steps": [-1], "values": {"x": [[1, 2, 3]]}},
    {"kind": "trace", "steps": 10, "values": {}},
    {"kind": "images", "files": {"0": "../../../etc/passwd"}},
    {"kind": "images", "files": {"0": "/etc/passwd"}},
    {"kind": "images", "files": {"0": ""}},
    {"kind": "images", "files": {"7": "samples/a.png"}},
    {"kind": "images", "files": {"²": "samples/a.png"}},
    {"kind": "diverged", "replica": 3},
    {"kind": "progress", "seconds": {"train": "1"}},
]


@pytest.mark.parametrize("event", MALFORMED, ids=json.dumps)
def test_a_malformed_event(cohort: CohortDirectory, event: dict[str, Any]) -> None:
    with cohort.begin_attempt() as attempt:
        attempt.append(ForeignEvent(step=100, time=5, data=event | {"step": 100, "time": 5}))
        attempt.commit(100, save)
    with pytest.raises(UserError) as error:
        list(cohort.events())
    kind = event["kind"]
    path = cohort.path / "events.1.jsonl"
    assert str(error.value) == f"{path}: damaged record: a malformed {kind} event at step 100"


def test_a_number_that_no_float_holds(cohort: CohortDirectory) -> None:
    with cohort.begin_attempt() as attempt:
        attempt.append(Advance(step=1, time=1, seconds={"train": 10**400}))
        attempt.commit(1, save)
    with pytest.raises(UserError, match="a malformed progress event at step 1"):
        list(cohort.events())


def test_a_link_out_of_the_cohort(cohort: CohortDirectory, tmp_path: Path) -> None:
    cohort.begin_attempt().close()
    (cohort.path / "samples").symlink_to(tmp_path)
    with pytest.raises(UserError, match="damaged record: leads out of the cohort's folder"):
        cohort.file("samples/secret.png")


@pytest.mark.parametrize(
    "fields", [{"recipe": {"loss": "other"}}, {"scores": {"modes": 3}}, {"replicas": "8"}, {"extra": 1}]
)
def test_a_cell_that_was_changed_by_hand(run: RunDirectory, cell: Cell, fields: dict[str, Any]) -> None:
    path = run.cell_folder(cell.id) / "cell.json"
    change(path, **fields)
    with pytest.raises(UserError) as error:
        run.cells()
    assert str(error.value) == f"{path}: damaged record: not the cell that its folder names"
