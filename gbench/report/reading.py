"""Reads a study from a run directory, or from the folder that `gbench export` made of one."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

from gbench.record import RunDirectory, load_contests
from gbench.record.status import CellStatus
from gbench.report.entries import entry_of
from gbench.report.study import Entry, Study
from gbench.suite.as_run import suite_as_run
from gbench.suite.cell import Cell

MANY = 100  # cells from which reading them is shared between processes
PROCESSES = 8


def read_study(folder: Path) -> Study:
    """The study in a run directory or an exported folder. Raises UserError where there is neither."""
    from gbench.report.exported import is_export, read_export

    if is_export(folder):
        return read_export(folder)
    run = RunDirectory(folder)
    run.require()
    suite = suite_as_run(folder)
    entries = read_entries(run, run.cells())
    return Study(suite.name, entries, suite.summary, suite.text, load_contests(run))


def read_entries(run: RunDirectory, cells: Sequence[Cell]) -> list[Entry]:
    """Every cell's entry, in the order of `cells`; many are read by several processes."""
    read = partial(read_entry, run)
    workers = min(PROCESSES, cpu_count() or 1)
    if len(cells) < MANY or workers < 2:
        return [read(cell) for cell in cells]
    with ProcessPoolExecutor(workers, mp_context=get_context("forkserver")) as pool:
        return list(pool.map(read, cells, chunksize=8))


def read_entry(run: RunDirectory, cell: Cell) -> Entry:
    """A cell's entry from the journals of its cohorts."""
    status = run.status(cell)
    return entry_of(
        run.history(cell), _state(status, run), [str(error["message"]) for error in status.errors]
    )


def _state(status: CellStatus, run: RunDirectory) -> str:
    if status.state == "begun":
        return f"{'training' if run.locked_by() else 'interrupted'}, step {status.step:,}"
    return status.state
