from pathlib import Path

import numpy as np
import pytest

from gbench.record import RunDirectory
from gbench.record.events import Measurement, Trace
from gbench.report import reading
from gbench.report.entries import summary_of, thinned
from gbench.report.reading import read_entries, read_entry, read_study
from gbench.statistics.curves import Curves

from .recorded import new_run, record


def test_its_statistics_are_those_of_the_cells_history(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    sampling = {"kind": "sampling", "repeats": 3, "values": {"modes": [0.5, 0.5, None]}}
    cell = record(run, "a", [[9.0, 3.0], [2.0, 8.0], [4.0, None]], diverged=(2,), events=(sampling,))
    (entry,) = read_study(tmp_path).entries
    assert entry.summary == summary_of(run.history(cell))
    assert entry.row.seconds == 4.0
    assert entry.statistic("median/modes") == 3.0  # of 3, 8, and the worst, 0, of the diverged one
    assert entry.statistic("sampling-error/modes") == 0.5


def test_a_diverged_replica_has_no_last_score(tmp_path: Path) -> None:
    cell = record(new_run(tmp_path), "a", [[9.0, 9.0], [8.0, 8.0]], diverged=(1,))
    entry = read_entry(RunDirectory(tmp_path), cell)
    np.testing.assert_array_equal(entry.last("modes"), [9, np.nan])
    np.testing.assert_array_equal(entry.curves["modes"].values, [[9, 9], [8, 8]])


def test_of_a_cell_that_trains_the_curves_are_there_and_no_statistics(tmp_path: Path) -> None:
    record(new_run(tmp_path), "a", [[9.0, 9.0]], finish=False)
    (entry,) = read_study(tmp_path).entries
    assert (entry.ended, entry.summary.statistics, entry.state) == (False, {}, "interrupted, step 200")
    assert entry.curves["modes"].values.tolist() == [[9, 9]]


def test_halves_of_a_cohort_are_put_together(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    cell = record(run, "a", [[1.0, 2.0], [3.0, 4.0]])
    folder = run.cell_folder(cell.id)
    for first in (0, 1):  # each half says the same of its own replica
        with run.cohort(cell.id, first, first).begin_attempt() as attempt:
            values = {"modes": [2.0 + 2 * first], "kl": [1.0]}
            attempt.append(Measurement(step=200, time=1, values=values))
            trace = {"score/real": [[5.0 + first]]}
            attempt.append(Trace(step=200, time=1, steps=[200], values=trace))
            outcome = {"replica": first, "status": "done", "step": 200}
            attempt.finish({"replicas": [outcome], "seconds": 1.0, "facts": {}})
    (folder / "00-01" / "result.json").unlink()
    entry = read_entry(run, cell)
    assert entry.last("modes").tolist() == [2, 4]
    assert entry.traces["score/real"].values.tolist() == [[5], [6]]


def test_several_processes_read_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = new_run(tmp_path)
    for label in "abc":
        record(run, label, [[1.0, 2.0], [3.0, 4.0]])
    alone = read_entries(run, run.cells())
    monkeypatch.setattr(reading, "MANY", 2)
    monkeypatch.setattr(reading, "cpu_count", lambda: 2)
    shared = read_entries(run, run.cells())
    assert [entry.summary for entry in shared] == [entry.summary for entry in alone]


def test_thinning_keeps_the_ends() -> None:
    curves = Curves(np.arange(1000.0), np.arange(1000.0)[None])
    kept = thinned(curves, 5)
    assert kept.steps.tolist() == [0, 250, 500, 749, 999]
    assert kept.values.tolist() == [kept.steps.tolist()]
    assert thinned(curves, 1000) is curves
