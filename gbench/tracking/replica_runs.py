"""A cohort's replicas in MLflow: curves, last and best scores, pictures, and how each one ended."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mlflow.entities import Metric, Run

from gbench.record import CohortDirectory, Commit
from gbench.record.curves import rows_of
from gbench.record.journal import Event
from gbench.record.status import finished_outcomes
from gbench.suite.cell import Cell
from gbench.tracking.cursor import Cursor, load_cursor, save_cursor
from gbench.tracking.describe import metric_key, parameters, picture_name, replica_tags
from gbench.tracking.desk import Desk
from gbench.tracking.images import SAMPLES, Picture, send_pictures
from gbench.tracking.runs import find_or_create, runs_of_cell, send, set_state
from gbench.tracking.thinning import Thinning

PREFIXES = {"measurement": "eval", "trace": "train"}
FINDINGS = {"probe": "probe", "sampling": "sampling-error"}


@dataclass
class Harvest:
    """What the new events hold for each replica; `time` is the last event's, ms since 1970."""

    points: dict[int, list[Metric]]
    pictures: dict[int, list[Picture]]
    time: int = 0
    scores: dict[int, dict[str, list[float]]] = field(default_factory=dict)


def project_cohort(desk: Desk, cell: Cell, cohort: CohortDirectory, own: list[int]) -> int:
    """Send what the cohort committed since the cursor for its replicas `own`; how many points that was."""
    attempt = cohort.attempt()
    if attempt is None:
        return 0
    path = cohort.path / "tracking.json"
    cursor = load_cursor(path, desk.server, desk.sheet.stamp, attempt["origin"])
    commit, state = cohort.committed(), _state(cohort, attempt)
    offset = commit.offset if commit else 0
    if (cursor.offset, cursor.state) == (offset, state):
        return 0
    runs = _runs(desk, cell, attempt, own)
    names = sorted(run.info.run_id for run in runs.values())
    if cursor.runs != names or cursor.offset > offset:
        cursor = Cursor(desk.sheet.stamp, attempt["origin"], names)
        for run in runs.values():
            send(desk.client, run.info.run_id, parameters=parameters(cell))
    thinning = Thinning(cell.recipe.budget.steps, cursor.thinning)
    harvest = _harvest(cohort, commit, cursor.offset, own, thinning)
    if state != cursor.state:
        _conclude(desk, cell, cohort, attempt, runs, harvest)
    for replica, run in runs.items():
        send(desk.client, run.info.run_id, points=harvest.points[replica])
        owner = f"{attempt['origin']}/{replica}"
        send_pictures(desk.client, run.info.run_id, owner, harvest.pictures[replica])
    cursor.offset, cursor.thinning, cursor.state = offset, thinning.latest, state
    save_cursor(path, desk.server, cursor)
    return sum(map(len, harvest.points.values()))


def _state(cohort: CohortDirectory, attempt: dict[str, Any]) -> str:
    """The attempt's number and how it stands; a change is worth a pass."""
    if cohort.result() is not None:
        return f"{attempt['number']} finished"
    return f"{attempt['number']} {'failed' if cohort.error() is not None else 'running'}"


def _runs(desk: Desk, cell: Cell, attempt: dict[str, Any], own: list[int]) -> dict[int, Run]:
    """Each replica's run, made where there is none."""
    known = list(runs_of_cell(desk.client, desk.sheet.id, cell.id))
    colour = desk.colours[cell.label]
    return {
        replica: find_or_create(
            desk.client,
            desk.sheet.id,
            known,
            replica_tags(cell, colour, desk.directory, attempt["origin"], replica),
            f"{cell.name} r{replica}",
            attempt["started"],
        )
        for replica in own
    }


def _harvest(
    cohort: CohortDirectory, commit: Commit | None, start: int, own: list[int], thinning: Thinning
) -> Harvest:
    """The points and pictures to send from the journal's bytes after `start`."""
    harvest = Harvest({replica: [] for replica in own}, {replica: [] for replica in own})
    for event, _ in cohort.events_from(start, commit):
        harvest.time = max(harvest.time, event["time"])
        if event["kind"] in PREFIXES:
            for replica, point in _points(event, cohort.replicas, thinning):
                if replica in harvest.points:
                    harvest.points[replica].append(point)
        elif event["kind"] in FINDINGS:
            for replica, point in _found(event, cohort.replicas):
                if replica in harvest.points:
                    harvest.points[replica].append(point)
        for replica, picture in pictures_of(event, cohort):
            if replica in harvest.pictures:
                harvest.pictures[replica].append(picture)
    return harvest


def pictures_of(event: Event, cohort: CohortDirectory) -> Iterator[tuple[int, Picture]]:
    """The pictures that an event names, of samples or from a probe, with the replica of each."""
    shown: dict[str, dict[str, str]] = {}
    if event["kind"] == "images":
        shown = {SAMPLES: event["files"]}
    elif event["kind"] == "probe":
        shown = event["files"]
    for name, files in shown.items():
        for replica, file in files.items():
            yield (
                int(replica),
                Picture(cohort.file(file), event["step"], event["time"], picture_name(name)),
            )


def _found(event: Event, replicas: range) -> Iterator[tuple[int, Metric]]:
    """What a probe found, or the error of sampling, with the replica of each number."""
    for key, row in event["values"].items():
        name = metric_key(f"{FINDINGS[event['kind']]}/{key}")
        for replica, value in zip(replicas, row, strict=True):
            if value is not None:
                yield replica, Metric(name, float(value), event["time"], event["step"])


def _points(event: Event, replicas: range, thinning: Thinning) -> Iterator[tuple[int, Metric]]:
    """The points of an event that are shown, with the replica of each."""
    for key, steps, rows in rows_of(event):
        name = metric_key(f"{PREFIXES[event['kind']]}/{key}")
        for step, row in zip(steps, rows, strict=True):
            if thinning.keeps(name, step):
                for replica, value in zip(replicas, row, strict=True):
                    if value is not None:
                        yield replica, Metric(name, float(value), event["time"], step)


def _conclude(
    desk: Desk,
    cell: Cell,
    cohort: CohortDirectory,
    attempt: dict[str, Any],
    runs: dict[int, Run],
    harvest: Harvest,
) -> None:
    """Show how each replica stands; a finished one gets its last and best scores."""
    outcomes, error = finished_outcomes(cohort), cohort.error()
    events = list(cohort.events()) if outcomes else []
    ended = max((event["time"] for event in events), default=harvest.time or attempt["started"])
    for replica, run in runs.items():
        desk.client.set_tag(run.info.run_id, "gbench.attempt", str(attempt["number"]))
        if replica in outcomes:
            status = outcomes[replica].status
            scores = final_scores(cell, events, cohort.replicas.index(replica), status == "diverged")
            harvest.points[replica] += [Metric(metric_key(key), scores[key], ended, 0) for key in scores]
            set_state(desk.client, run, status, None, ended)
        else:
            state = "running" if error is None else "failed"
            set_state(desk.client, run, state, error["message"] if error else None, ended)


def final_scores(cell: Cell, events: list[Event], index: int, diverged: bool) -> dict[str, float]:
    """`final/<key>` and `best/<key>` of the slice's replica number `index`.

    A diverged replica ends at the worst possible value, and has no last score where there is no bound.
    """
    curves: dict[str, list[float]] = {}
    for event in events:
        if event["kind"] == "measurement":
            for key, row in event["values"].items():
                curves.setdefault(key, []).extend([] if row[index] is None else [float(row[index])])
    scores: dict[str, float] = {}
    for key, values in curves.items():
        direction, worst = cell.scores.get(key, (None, None))
        if diverged:
            scores |= {} if worst is None else {f"final/{key}": float(worst)}
        elif values:
            scores[f"final/{key}"] = values[-1]
        if values and direction is not None:
            scores[f"best/{key}"] = max(values) if direction == "max" else min(values)
    return scores
