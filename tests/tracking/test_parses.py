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


def journals(run: RunDirectory) -> set[Path]:
    return set(run.root.rglob("events.*.jsonl"))


def test_a_projection_with_its_report_reads_a_journal_twice(run: RunDirectory, reads: Counter[Path]) -> None:
    projector = Projector(run, summarise=statistics_of, publish=publish)
    projector.project()
    assert reads == dict.fromkeys(journals(run), 2)
    projector.project()
    Projector(run, summarise=statistics_of, publish=publish).project()
    assert reads == dict.fromkeys(journals(run), 2)  # where nothing is new, nothing is read


def test_cohorts_of_one_cell_are_read_as_often(results: Path, reads: Counter[Path]) -> None:
    run = RunDirectory(results / "stability")
    run.create("name: stability\n")
    more = make_cell("wgan-gp", replicas=5)
    run.add([more])
    record(run, more)
    record(run, more, first=3, last=4)
    Projector(run, summarise=statistics_of, publish=publish).project()
    assert reads == dict.fromkeys(journals(run), 2)
    assert len(reads) == 2


def test_a_report_reads_a_journal_once(run: RunDirectory, reads: Counter[Path], tmp_path: Path) -> None:
    write_report(read_study(run.root), tmp_path / "report")
    assert reads == dict.fromkeys(journals(run), 1)


def test_what_was_committed_since_is_read_again(results: Path, reads: Counter[Path]) -> None:
    run = RunDirectory(results / "stability")
    run.create("name: stability\n")
    run.add(CELLS[:1])
    projector = Projector(run, summarise=statistics_of)
    for until in (200, 300, 500):
        record(run, CELLS[0], until=until)
        projector.project()
    assert [reads[path] for path in sorted(journals(run))] == [1, 1, 1]
