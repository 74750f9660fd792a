"""Every kind of event: its line in a journal, and back."""

import json
from typing import Any

import pytest

from gbench.record.events import (
    KINDS,
    Advance,
    Divergence,
    Event,
    ForeignEvent,
    Images,
    Measurement,
    ProbeFinding,
    Sampling,
    Trace,
    event_of,
)

WHEN: dict[str, Any] = {"step": 500, "time": 9}
NOTHING: dict[str, Any] = {"values": {}, "tables": {}, "files": {}}
LINES = [
    (
        Measurement(**WHEN, values={"modes": [8, None]}),
        '{"kind": "measurement", "step": 500, "time": 9, "values": {"modes": [8, null]}}',
    ),
    (
        Sampling(**WHEN, repeats=4, values={"modes": [0.5, 0]}),
        '{"kind": "sampling", "step": 500, "time": 9, "repeats": 4, "values": {"modes": [0.5, 0]}}',
    ),
    (
        Trace(**WHEN, steps=[10, 20], values={"loss": [[1.0], [3.0]]}),
        '{"kind": "trace", "step": 500, "time": 9, "steps": [10, 20], "values": {"loss": [[1.0], [3.0]]}}',
    ),
    (
        ProbeFinding(**WHEN, probe="jacobian", **NOTHING),
        '{"kind": "probe", "step": 500, "time": 9, "probe": "jacobian", '
        '"values": {}, "tables": {}, "files": {}}',
    ),
    (
        ProbeFinding(**WHEN, probe="x", **NOTHING, reason="no"),
        '{"kind": "probe", "step": 500, "time": 9, "probe": "x", "values": {}, "tables": {}, "files": {}, '
        '"reason": "no"}',
    ),
    (
        Images(**WHEN, files={"0": "samples/a.png"}),
        '{"kind": "images", "step": 500, "time": 9, "files": {"0": "samples/a.png"}}',
    ),
    (Divergence(**WHEN, replica=3), '{"kind": "diverged", "step": 500, "time": 9, "replica": 3}'),
    (
        Advance(**WHEN, seconds={"train": 2.5}),
        '{"kind": "progress", "step": 500, "time": 9, "seconds": {"train": 2.5}}',
    ),
]


@pytest.mark.parametrize(("event", "line"), LINES, ids=[line[:40] for _, line in LINES])
def test_an_event_and_its_line(event: Event, line: str) -> None:
    assert json.dumps(event.to_json()) == line
    assert event_of(json.loads(line)) == event


def test_every_kind_has_a_line_here() -> None:
    assert {type(event) for event, _ in LINES} == set(KINDS.values())


def test_a_number_that_does_not_exist_becomes_null() -> None:
    event = Measurement(**WHEN, values={"fd": [float("nan"), float("inf"), 1.0]})
    assert event.to_json()["values"] == {"fd": [None, None, 1.0]}


def test_a_kind_of_a_later_version_is_kept_as_it_is() -> None:
    data = {"kind": "weather", "step": 5, "time": 9, "sky": "blue"}
    event = event_of(data)
    assert event == ForeignEvent(step=5, time=9, data=data)
    assert event.to_json() == data


def test_a_field_of_a_later_version_is_left_out() -> None:
    data = {"kind": "diverged", "step": 5, "time": 9, "replica": 1, "why": "nan"}
    assert event_of(data) == Divergence(step=5, time=9, replica=1)
