"""A cell of three replicas and a run directory that holds it."""

from pathlib import Path

import pytest

from gbench.record import CohortDirectory, RunDirectory
from gbench.suite.cell import Cell
from tests.record.steps import make_cell


@pytest.fixture
def cell() -> Cell:
    return make_cell()


@pytest.fixture
def run(tmp_path: Path, cell: Cell) -> RunDirectory:
    run = RunDirectory(tmp_path / "stability")
    run.create("name: stability\n")
    run.add([cell])
    return run


@pytest.fixture
def cohort(run: RunDirectory, cell: Cell) -> CohortDirectory:
    return run.cohort(cell.id, 0, 2)
