"""Reads a study from a run directory, or from the folder that `gbench export` made of one."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

import numpy as np

from gbench.recipe import Json
from gbench.record import CohortDirectory, RunDirectory
from gbench.record.curves import Probed
from gbench.record.files import read_json
from gbench.record.journal import Event
from gbench.record.status import CellStatus, Outcome, finished_outcomes, owned
from gbench.report.study import Entry, Shots, Study
from gbench.statistics.arrays import Floats
from gbench.statistics.curves import Curves, align
from gbench.statistics.summary import ENDED, summarise
from gbench.suite.cell import Cell

DRAWN = 120  # points of a trace that a figure shows
MANY = 100  # cells from which reading them is shared between processes
PROCESSES = 8


def read_study(folder: Path) -> Study:
    """The study in a run directory or an exported folder. Raises UserError where there is neither."""
    from gbench.report.exported import is_export, read_export

    if is_export(folder):
        return read_export(folder)
    run = RunDirectory(folder)
    run.require()
    cells = run.cells()
    name, summary, text = _suite(folder)
    return Study(name, read_entries(run, cells), summary, text, read_contests(folder))


def read_entries(run: RunDirectory, cells: Sequence[Cell]) -> list[Entry]:
    """Every cell's entry, in the order of `cells`; many are read by several processes."""
    read = partial(read_entry, run)
    workers = min(PROCESSES, cpu_count() or 1)
    if len(cells) < MANY or workers < 2:
        return [read(cell) for cell in cells]
    with ProcessPoolExecutor(workers, mp_context=get_context("forkserver")) as pool:
        return list(pool.map(read, cells, chunksize=8))


@dataclass
class _Heard:
    """What the journals of a cell said, by replica."""

    points: dict[str, dict[int, list[tuple[int, float | None]]]] = field(default_factory=dict)
    traces: dict[str, list[tuple[range, Floats, Floats]]] = field(default_factory=dict)
    outcomes: dict[int, tuple[str, int]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    shots: Shots = field(default_factory=dict)
    probes: dict[str, Probed] = field(default_factory=dict)
    facts: list[Json] = field(default_factory=list)
    sampling: dict[str, dict[int, float | None]] = field(default_factory=dict)


def read_entry(run: RunDirectory, cell: Cell) -> Entry:
    """A cell's entry from its cohorts."""
    cohorts, heard = run.cohorts(cell.id), _Heard()
    for cohort, own in owned(cohorts):
        _hear(heard, cohort, [replica for replica in own if replica < cell.replicas])
    ended = sorted(replica for replica, (status, _) in heard.outcomes.items() if status in ENDED)
    replicas = ended or sorted(heard.outcomes)
    traces = {key: _traced(parts, replicas) for key, parts in heard.traces.items()}
    status = run.status(cell)
    return Entry(
        cell,
        summarise(
            cell, heard.points, heard.outcomes, traces if ended else {}, heard.sampling, probed(heard.probes)
        ),
        replicas,
        {replica: heard.outcomes[replica] for replica in replicas},
        {key: align(heard.points.get(key, {}), replicas) for key in cell.scores},
        {key: thinned(curves) for key, curves in traces.items()},
        heard.seconds,
        _state(status, run),
        [str(error["message"]) for error in status.errors],
        heard.shots,
        heard.facts,
        heard.sampling,
        heard.probes,
    )


def _state(status: CellStatus, run: RunDirectory) -> str:
    if status.state == "begun":
        return f"{'training' if run.locked_by() else 'interrupted'}, step {status.step:,}"
    return status.state


def _hear(heard: _Heard, cohort: CohortDirectory, own: list[int]) -> None:
    seconds: dict[str, float] = {}
    diverged: dict[int, int] = {}
    for event in cohort.events():
        match event["kind"]:
            case "measurement":
                _hear_measurement(heard, event, cohort.replicas, own)
            case "trace":
                _hear_trace(heard, event, cohort.replicas)
            case "diverged":
                diverged[event["replica"]] = event["step"]
            case "progress":
                seconds = event["seconds"]
            case "sampling":
                _hear_sampling(heard, event, cohort.replicas, own)
            case "images":
                _hear_images(heard, event, cohort, own)
            case "probe":
                _hear_probe(heard, event, cohort, own)
    for purpose, spent in seconds.items():
        heard.seconds[purpose] = heard.seconds.get(purpose, 0.0) + spent
    _hear_ending(heard, cohort, own, diverged)


def _hear_ending(heard: _Heard, cohort: CohortDirectory, own: list[int], diverged: dict[int, int]) -> None:
    finished, commit = finished_outcomes(cohort), cohort.committed()
    for replica in own:
        step = commit.step if commit else 0
        outcome = finished.get(replica) or Outcome("unfinished", step)
        if replica in diverged and outcome.status == "unfinished":
            outcome = Outcome("diverged", diverged[replica])
        heard.outcomes[replica] = (outcome.status, outcome.step)
    result, attempt = cohort.result(), cohort.attempt()
    facts = (result or {}).get("facts") or (attempt or {}).get("facts") or {}
    heard.facts.append(facts if isinstance(facts, dict) else {})


def _hear_measurement(heard: _Heard, event: Event, replicas: range, own: list[int]) -> None:
    for key, row in event["values"].items():
        by_replica = heard.points.setdefault(key, {})
        for replica, value in zip(replicas, row, strict=True):
            if replica in own:
                by_replica.setdefault(replica, []).append((event["step"], value))


def _hear_sampling(heard: _Heard, event: Event, replicas: range, own: list[int]) -> None:
    for key, row in event["values"].items():
        deviations = dict(zip(replicas, row, strict=True))
        heard.sampling.setdefault(key, {}).update({replica: deviations[replica] for replica in own})


def _hear_trace(heard: _Heard, event: Event, replicas: range) -> None:
    steps = np.array(event["steps"], dtype=np.float64)
    for key, rows in event["values"].items():
        values = np.array(rows, dtype=np.float64).reshape(len(steps), len(replicas)).T
        heard.traces.setdefault(key, []).append((replicas, steps, values))


def _hear_images(heard: _Heard, event: Event, cohort: CohortDirectory, own: list[int]) -> None:
    for replica, name in event["files"].items():
        if int(replica) in own:
            heard.shots.setdefault(int(replica), []).append((event["step"], cohort.file(name)))


def _hear_probe(heard: _Heard, event: Event, cohort: CohortDirectory, own: list[int]) -> None:
    kept = heard.probes.setdefault(event["probe"], Probed())
    for given, into in ((event["values"], kept.values), (event["tables"], kept.tables)):
        for name, rows in given.items():
            found = dict(zip(cohort.replicas, rows, strict=True))
            into.setdefault(name, {}).update({replica: found[replica] for replica in own})
    for name, files in event["files"].items():
        shown = {int(replica): cohort.file(file) for replica, file in files.items() if int(replica) in own}
        kept.pictures.setdefault(name, {}).update(shown)
    if reason := event.get("reason"):
        kept.reasons |= dict.fromkeys(own, str(reason))


def probed(probes: Mapping[str, Probed]) -> dict[str, dict[int, float | None]]:
    """The numbers of all probes: key -> replica -> value."""
    return {key: found for probe in probes.values() for key, found in probe.values.items()}


def _traced(parts: Sequence[tuple[range, Floats, Floats]], replicas: Sequence[int]) -> Curves:
    """The trace of these replicas on the union of all steps."""
    steps = np.unique(np.concatenate([steps for _, steps, _ in parts]))
    values = np.full((len(replicas), len(steps)), np.nan)
    row_of = {replica: row for row, replica in enumerate(replicas)}
    for slice_, own_steps, own_values in parts:
        columns = np.searchsorted(steps, own_steps)
        for replica, row in zip(slice_, own_values, strict=True):
            if replica in row_of:
                values[row_of[replica], columns] = row
    return Curves(steps, values)


def thinned(curves: Curves, points: int = DRAWN) -> Curves:
    """At most so many of the columns, evenly spread, the last among them."""
    if curves.steps.size <= points:
        return curves
    chosen = np.unique(np.linspace(0, curves.steps.size - 1, points).round().astype(int))
    return Curves(curves.steps[chosen], curves.values[:, chosen])


def read_contests(folder: Path) -> list[Json]:
    """What lies in `contests/<data set>/<name>.json`."""
    paths = sorted((folder / "contests").glob("*/*.json"))
    return [data for path in islice(paths, 1000) if (data := read_json(path)) is not None]


def _suite(folder: Path) -> tuple[str, str, str]:
    """The suite's name, its question and its text, as far as `suite.yaml` says."""
    from gbench.suite.yaml import read_yaml

    path = folder / "suite.yaml"
    if not path.is_file():
        return folder.resolve().name, "", ""
    data = read_yaml(path).data
    known = data if isinstance(data, dict) else {}
    name, summary = known.get("name", folder.resolve().name), known.get("summary", "")
    return str(name), str(summary), path.read_text(encoding="utf-8")
