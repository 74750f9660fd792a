"""Suites that train in a second: a narrow network on the ring."""

import json
from pathlib import Path
from typing import Any

from gbench.record import CohortDirectory, RunDirectory
from gbench.record.events import Divergence, Images, Measurement, Sampling, Trace
from gbench.suite import load_suite
from gbench.suite.cell import Cell

SUITE: dict[str, Any] = {
    "name": "small",
    "seeds": 3,
    "budget": {"steps": 40, "batch_size": 8, "measurements": 4},
    "datasets": ["ring"],
    "metrics": [{"use": "modes", "samples": 64}],
    "techniques": ["non-saturating"],
    "models": {"ring": {"use": "mlp", "width": 8}},
}


def write_suite(folder: Path, **changes: Any) -> Path:
    """A suite file in the folder; YAML is a superset of JSON."""
    path = folder / "suite.yaml"
    path.write_text(json.dumps(SUITE | changes))
    return path


def make_cells(folder: Path, **changes: Any) -> list[Cell]:
    return load_suite(write_suite(folder, **changes)).cells()


def make_run(root: Path, cells: list[Cell]) -> RunDirectory:
    run = RunDirectory(root)
    run.create("name: small\n")
    run.add(cells)
    return run


def numbers(cohort: CohortDirectory) -> dict[str, Any]:
    """All that a finished cohort's journal says, apart from when it was written and in which pieces.

    Whatever was written twice stands there twice.
    """
    events = list(cohort.events())
    result = cohort.result()
    assert result is not None, f"{cohort.path} has no result"
    traces: dict[str, list[tuple[int, list[float | None]]]] = {}
    for event in (event for event in events if isinstance(event, Trace)):
        for key, rows in event.values.items():
            traces.setdefault(key, []).extend(zip(event.steps, rows, strict=True))
    return {
        "measurements": [(e.step, e.values) for e in events if isinstance(e, Measurement)],
        "sampling": [(e.step, e.repeats, e.values) for e in events if isinstance(e, Sampling)],
        "images": [(e.step, e.files) for e in events if isinstance(e, Images)],
        "diverged": [(e.step, e.replica) for e in events if isinstance(e, Divergence)],
        "traces": traces,
        "outcomes": result["replicas"],
    }


def all_numbers(run: RunDirectory) -> dict[str, dict[str, Any]]:
    """The numbers of every finished cell, by its name and slice."""
    return {
        f"{cell.name} {cohort.path.name}": numbers(cohort)
        for cell in run.cells()
        for cohort in run.cohorts(cell.id)
    }
