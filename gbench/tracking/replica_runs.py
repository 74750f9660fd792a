"""A cohort's replicas in MLflow: curves, last and best scores, pictures, and how each one ended."""

from collections.abc import Iterator, Sequence
from typing import Any

from mlflow.entities import Metric, Run

from gbench.record.events import Event, Measurement, ProbeFinding, Row, Sampling, Trace
from gbench.record.history import SAMPLES, CohortHistory, Shot
from gbench.record.status import outcomes_in
from gbench.suite.cell import Cell
from gbench.tracking.context import Context
from gbench.tracking.cursor import Cursor, load_cursor, save_cursor
from gbench.tracking.images import Picture, send_pictures
from gbench.tracking.run_tags import metric_key, parameters, picture_name, replica_tags
from gbench.tracking.runs import find_or_create, send, set_state
from gbench.tracking.thinning import Thinning

PREFIXES: dict[type[Event], str] = {
    Measurement: "eval",
    Trace: "train",
    ProbeFinding: "probe",
    Sampling: "sampling-error",
}


def project_cohort(context: Context, cell: Cell, cohort: CohortHistory) -> int:
    """Send what the cohort committed since the cursor for its own replicas; how many points that was."""
    attempt = cohort.attempt
    if attempt is None:
        return 0
    path = cohort.cohort.path / "tracking.json"
    cursor = load_cursor(path, context.server, context.experiment.stamp, attempt["origin"])
    state, offset = _state(cohort, attempt), cohort.commit.offset if cohort.commit else 0
    if (cursor.offset, cursor.state) == (offset, state):
        return 0
    runs = _runs(context, cell, attempt, cohort.own)
    names = sorted(run.info.run_id for run in runs.values())
    fresh = cursor.runs != names or cursor.offset > offset
    if fresh:
        cursor = Cursor(context.experiment.stamp, attempt["origin"], names)
    thinning = Thinning(cell.recipe.budget.steps, cursor.thinning)
    points = _points(cohort, cursor.offset, thinning)
    if state != cursor.state:
        _conclude(context, cell, cohort, attempt, runs, points)
    pictures = [(shot.replica, picture_of(shot)) for shot in cohort.shots(cursor.offset)]
    for replica, run in runs.items():
        told = parameters(cell) if fresh else None
        send(context.client, run.info.run_id, points=points[replica], parameters=told)
        own = [picture for shown, picture in pictures if shown == replica]
        send_pictures(context.client, run.info.run_id, f"{attempt['origin']}/{replica}", own)
    cursor.offset, cursor.thinning, cursor.state = offset, thinning.latest, state
    save_cursor(path, context.server, cursor)
    return sum(map(len, points.values()))


def _state(cohort: CohortHistory, attempt: dict[str, Any]) -> str:
    """The attempt's number and how it stands; a change is worth a pass."""
    if cohort.result is not None:
        return f"{attempt['number']} finished"
    return f"{attempt['number']} {'failed' if cohort.error is not None else 'running'}"


def _runs(context: Context, cell: Cell, attempt: dict[str, Any], own: Sequence[int]) -> dict[int, Run]:
    """Each replica's run, made where there is none."""
    colour, origin = context.colours[cell.label], attempt["origin"]
    return {
        replica: find_or_create(
            context.client,
            context.experiment.id,
            context.runs_of(cell),
            replica_tags(cell, colour, context.directory, origin, replica),
            f"{cell.name} r{replica}",
            attempt["started"],
        )
        for replica in own
    }


def picture_of(shot: Shot) -> Picture:
    """A recorded picture under the name that MLflow shows."""
    name = SAMPLES if shot.name == SAMPLES else picture_name(shot.name)
    return Picture(shot.path, shot.step, shot.time, name)


def _points(cohort: CohortHistory, offset: int, thinning: Thinning) -> dict[int, list[Metric]]:
    """By replica: the points to send from the journal's bytes after `offset`."""
    points: dict[int, list[Metric]] = {replica: [] for replica in cohort.own}
    for event in cohort.since(offset):
        for name, step, row in _rows(event, thinning):
            for replica, value in cohort.by_replica(row).items():
                if value is not None:
                    points[replica].append(Metric(name, float(value), event.time, step))
    return points


def _rows(event: Event, thinning: Thinning) -> Iterator[tuple[str, int, Row]]:
    """The rows of an event that are shown, each with its metric key and its step.

    Curves are thinned; what probes and sampling found once is shown whole.
    """
    if isinstance(event, Measurement):
        rows = ((key, event.step, row) for key, row in event.values.items())
    elif isinstance(event, Trace):
        rows = (
            (key, step, row)
            for key, given in event.values.items()
            for step, row in zip(event.steps, given, strict=True)
        )
    elif isinstance(event, ProbeFinding | Sampling):
        for key, row in event.values.items():
            yield metric_key(f"{PREFIXES[type(event)]}/{key}"), event.step, row
        return
    else:
        return
    for key, step, row in rows:
        name = metric_key(f"{PREFIXES[type(event)]}/{key}")
        if thinning.keeps(name, step):
            yield name, step, row


def _conclude(
    context: Context,
    cell: Cell,
    cohort: CohortHistory,
    attempt: dict[str, Any],
    runs: dict[int, Run],
    points: dict[int, list[Metric]],
) -> None:
    """Show how each replica stands; a finished one gets its last and best scores."""
    outcomes, error = outcomes_in(cohort.result), cohort.error
    ended = cohort.latest or attempt["started"]
    tags = {"gbench.attempt": str(attempt["number"])}
    for replica, run in runs.items():
        if replica in outcomes:
            status = outcomes[replica].status
            scores = final_scores(cell, cohort, replica, status == "diverged")
            points[replica] += [Metric(metric_key(key), value, ended, 0) for key, value in scores.items()]
            set_state(context.client, run, status, None, ended, tags)
        else:
            state = "running" if error is None else "failed"
            set_state(context.client, run, state, error["message"] if error else None, ended, tags)


def final_scores(cell: Cell, cohort: CohortHistory, replica: int, diverged: bool) -> dict[str, float]:
    """`final/<key>` and `best/<key>` of a replica.

    A diverged replica ends at the worst possible value, and has no last score where there is no bound.
    """
    scores: dict[str, float] = {}
    for key, curves in cohort.measurements.items():
        values = [float(value) for _, value in curves[replica] if value is not None]
        direction, worst = cell.scores.get(key, (None, None))
        if diverged:
            scores |= {} if worst is None else {f"final/{key}": float(worst)}
        elif values:
            scores[f"final/{key}"] = values[-1]
        if values and direction is not None:
            scores[f"best/{key}"] = max(values) if direction == "max" else min(values)
    return scores
