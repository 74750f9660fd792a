"""What probes found, in a journal and out of it."""

from typing import Any

import pytest

from gbench.errors import UserError
from gbench.record import RunDirectory, event_of
from gbench.record.events import ForeignEvent
from gbench.suite.cell import Cell
from tests.record.steps import result, save

FOUND: dict[str, Any] = {
    "kind": "probe",
    "step": 500,
    "time": 1,
    "probe": "jacobian",
    "values": {"growth": [1.0, None, 3.0]},
    "tables": {"eigenvalues": [[[1, 2]], None, [[3, 4]]]},
    "files": {"plane": {"0": "samples/plane-r00.png"}},
}


def test_two_uses_of_a_probe_come_together(run: RunDirectory, cell: Cell) -> None:
    with run.cohort(cell.id, 0, 2).begin_attempt() as attempt:
        attempt.append(event_of(FOUND))
        other = {"values": {"other": [1, 2, 3]}, "tables": {}, "files": {}, "reason": "none"}
        attempt.append(event_of(FOUND | other))
        attempt.commit(500, save)
    [(name, probed)] = run.history(cell).probes.items()
    assert name == "jacobian"
    assert probed.values == {"growth": {0: 1.0, 1: None, 2: 3.0}, "other": {0: 1, 1: 2, 2: 3}}
    assert probed.tables == {"eigenvalues": {0: [[1, 2]], 1: None, 2: [[3, 4]]}}
    assert probed.pictures == {"plane": {0: run.cohort(cell.id, 0, 2).path / "samples/plane-r00.png"}}
    assert probed.reasons == {0: "none", 1: "none", 2: "none"}


def test_halves_come_together(run: RunDirectory, cell: Cell) -> None:
    for first, last, row in ((0, 1, [1.0, 2.0]), (2, 2, [3.0])):
        with run.cohort(cell.id, first, last).begin_attempt() as attempt:
            attempt.append(event_of(FOUND | {"values": {"growth": row}, "tables": {}, "files": {}}))
            attempt.finish(result(range(first, last + 1)))
    assert run.history(cell).probes["jacobian"].values == {"growth": {0: 1.0, 1: 2.0, 2: 3.0}}


@pytest.mark.parametrize(
    "damage",
    [
        {"probe": None},
        {"values": {"growth": [1.0]}},
        {"values": None},
        {"tables": {"eigenvalues": [1]}},
        {"files": {"plane": {"0": "../../escape.png"}}},
        {"files": {"plane": {"7": "samples/plane-r07.png"}}},
    ],
)
def test_a_malformed_finding_is_told(run: RunDirectory, cell: Cell, damage: dict[str, Any]) -> None:
    with run.cohort(cell.id, 0, 2).begin_attempt() as attempt:
        attempt.append(ForeignEvent(step=500, time=1, data=FOUND | damage))
        attempt.commit(500, save)
    with pytest.raises(UserError) as caught:
        _ = run.history(cell).probes
    assert caught.value.message == "damaged record: a malformed probe event at step 500"
