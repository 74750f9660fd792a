"""How often a journal is read: at most twice for a whole projection, once of these for the report."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gbench.record import Event, RunDirectory, cohort_folder
from gbench.report.brief import publish
from gbench.report.entries import statistics_of
from gbench.report.publish import write_report
from gbench.report.reading import read_study
from gbench.suite.cell import Cell
from gbench.tracking.projector import Projector
from tests.tracking.sweep import CELLS, make_cell, record


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[Path]:
    """By journal: how often somebody began to read it."""
    counted: Counter[Path] = Counter()
    read_events = cohort_folder.read_events

    def counting(path: Path, *arguments: Any) -> Iterator[tuple[Event, int]]:
        counted[path] += 1
        return read_events(path, *arguments)

    monkeypatch.setattr(cohort_folder, "read_events", counting)
    return counted


def whole_cell(label: str, **changes: Any) -> Cell:
    """A cell of which a report can be made."""
    return make_cell(label, **changes)


def new_run(results: Path, *cells: Cell) -> RunDirectory:
    run = RunDirectory(results / "stability")
    run.create("name: stability\n")
    run.add(cells)
    return run


def journals(run: RunDirectory) -> set[Path]:
    return set(run.root.rglob("events.*.jsonl"))


def test_a_projection_with_its_report_reads_a_journal_twice(results: Path, reads: Counter[Path]) -> None:
    cells = [whole_cell("wgan-gp"), whole_cell("hinge")]
    run = new_run(results, *cells)
    for cell in cells:
        record(run, cell)
    projector = Projector(run, summarise=statistics_of, publish=publish)
    projector.project()
    assert reads == dict.fromkeys(journals(run), 2)
    assert len(list((results / "artifacts").rglob("report.html"))) == 1
    projector.project()
    Projector(run, summarise=statistics_of, publish=publish).project()
    assert reads == dict.fromkeys(journals(run), 2)  # where nothing is new, nothing is read


def test_cohorts_of_one_cell_are_read_as_often(results: Path, reads: Counter[Path]) -> None:
    more = whole_cell("wgan-gp", replicas=5)
    run = new_run(results, more)
    record(run, more)
    record(run, more, first=3, last=4)
    Projector(run, summarise=statistics_of, publish=publish).project()
    assert reads == dict.fromkeys(journals(run), 2)
    assert len(reads) == 2


def test_a_report_reads_a_journal_once(tmp_path: Path, reads: Counter[Path]) -> None:
    cell = whole_cell("wgan-gp")
    run = new_run(tmp_path, cell)
    record(run, cell)
    write_report(read_study(run.root), tmp_path / "report")
    assert reads == dict.fromkeys(journals(run), 1)


def test_what_was_committed_since_is_read_again(results: Path, reads: Counter[Path]) -> None:
    run = new_run(results, CELLS[0])
    projector = Projector(run, summarise=statistics_of)
    for until in (200, 300, 500):
        record(run, CELLS[0], until=until)
        projector.project()
    assert [reads[path] for path in sorted(journals(run))] == [1, 1, 1]
