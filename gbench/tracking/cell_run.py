"""A cell's own run in MLflow: median curves, statistics over its seeds, and the record as artifacts."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlflow.entities import Metric, Run

from gbench.record import CellStatus, History
from gbench.record.history import CohortHistory
from gbench.suite.cell import Cell
from gbench.tracking.context import Context
from gbench.tracking.cursor import Cursor, load_cursor, save_cursor
from gbench.tracking.images import Picture, send_pictures
from gbench.tracking.medians import median_points
from gbench.tracking.replica_runs import picture_of
from gbench.tracking.run_tags import cell_tags, metric_key, parameters
from gbench.tracking.runs import find_or_create, send, set_state
from gbench.tracking.thinning import Thinning

SHOWN_AS = {"done": "done", "failed": "failed", "begun": "running", "waiting": "running"}
DAMAGED = "damaged"  # the state of a cell that cannot be read
PICTURES = "picture#"  # before a picture's name in a cursor's keys; no metric's key has a #


@dataclass(frozen=True)
class CellState:
    """How a cell stood when its run was brought up to date."""

    cell: Cell
    #: As `CellStatus.state`, or `DAMAGED`.
    state: str
    #: A text that changes where the cell's committed events do.
    mark: str = ""
    #: The id of its run in MLflow; empty while it has none.
    run: str = ""


def project_cell_run(
    context: Context,
    status: CellStatus,
    history: History,
    folder: Path,
    statistics: Callable[[], dict[str, float]],
) -> CellState:
    """Bring the cell's run up to date. `folder` is the cell's; `statistics` are asked for once it is done."""
    cell, path = status.cell, folder / "tracking.json"
    begun = [cohort for cohort in history.cohorts if cohort.attempt is not None]
    if not begun:
        return CellState(cell, status.state)
    origin, started = _beginning(cell, begun)
    cursor = load_cursor(path, context.server, context.experiment.stamp, origin)
    offset = sum(cohort.commit.offset for cohort in begun if cohort.commit)
    state = f"{status.state} {len(status.outcomes)} of {cell.replicas}"
    if (cursor.offset, cursor.state) != (offset, state):
        run = _run(context, cell, origin, started)
        told = None
        if cursor.runs != [run.info.run_id]:
            cursor = Cursor(context.experiment.stamp, origin, [run.info.run_id])
            told = parameters(cell)
        thinning = Thinning(cell.recipe.budget.steps, cursor.thinning)
        send(context.client, run.info.run_id, points=_curves(history, thinning), parameters=told)
        pictures = _pictures(begun[0], thinning)
        send_pictures(context.client, run.info.run_id, origin, pictures)
        shown = {key for key in cursor.keys if key.startswith(PICTURES)}
        shown |= {PICTURES + picture.name for picture in pictures}
        if cursor.state != state:
            cursor.keys = _conclude(context, run, status, history, folder, statistics)
        cursor.keys = sorted(shown.union(cursor.keys))
        cursor.offset, cursor.thinning, cursor.state = offset, thinning.latest, state
        save_cursor(path, context.server, cursor)
    context.pictures |= {key.removeprefix(PICTURES) for key in cursor.keys if key.startswith(PICTURES)}
    context.statistics |= {key for key in cursor.keys if not key.startswith(PICTURES)}
    return CellState(cell, status.state, f"{origin} {offset} {state}", cursor.runs[0])


def _beginning(cell: Cell, begun: Sequence[CohortHistory]) -> tuple[str, int]:
    """The origin of the cell's run and its start in ms; more seeds make other medians, so another run."""
    attempts = [cohort.attempt for cohort in begun if cohort.attempt is not None]
    return f"{attempts[0]['origin']}/{cell.replicas}", min(attempt["started"] for attempt in attempts)


def _run(context: Context, cell: Cell, origin: str, started: int) -> Run:
    tags = cell_tags(cell, context.colours[cell.label], context.directory, origin)
    known = context.runs_of(cell)
    return find_or_create(context.client, context.experiment.id, known, tags, cell.name, started)


def _curves(history: History, thinning: Thinning) -> list[Metric]:
    """The median curves' new points, as `<data set>/<key>`: a chart compares techniques on one data set."""
    dataset = history.cell.dataset
    return [
        Metric(name, point.value, point.time, point.step)
        for point in median_points(history)
        if thinning.keeps(name := metric_key(f"{dataset}/{point.key}"), point.step)
    ]


def _pictures(cohort: CohortHistory, thinning: Thinning) -> list[Picture]:
    """The new pictures of the cohort's first replica, which stand for the cell."""
    own = [picture_of(shot) for shot in cohort.shots() if shot.replica == cohort.own[0]]
    return [picture for picture in own if thinning.keeps(picture.name, picture.step)]


def _conclude(
    context: Context,
    run: Run,
    status: CellStatus,
    history: History,
    folder: Path,
    statistics: Callable[[], dict[str, float]],
) -> list[str]:
    """Show how the cell stands; the keys of the statistics that it got, if it is done."""
    ended, points = history.latest, []
    if status.state == "done":
        numbers = _by_dataset(status.cell, statistics())
        points = [Metric(key, value, ended, 0) for key, value in numbers.items() if math.isfinite(value)]
        send(context.client, run.info.run_id, points=points)
    if status.state in ("done", "failed"):
        _keep_record(context, run, history, folder)
    error = status.errors[0]["message"] if status.errors else None
    set_state(context.client, run, SHOWN_AS[status.state], error, ended)
    return [point.key for point in points]


def _by_dataset(cell: Cell, statistics: dict[str, float]) -> dict[str, float]:
    """The statistics by metric key, and those that charts compare once more under the data set's name."""
    charted = {
        name.replace("median/", "last/", 1): value
        for name, value in statistics.items()
        if "/" not in name or name.startswith("median/") or name == f"sampling-error/{cell.primary}"
    }
    both = statistics | {f"{cell.dataset}/{name}": value for name, value in charted.items()}
    return {metric_key(key): float(value) for key, value in both.items()}


def _keep_record(context: Context, run: Run, history: History, folder: Path) -> None:
    """The cell, and each cohort's full curves and outcome, as `record/...`."""
    context.client.log_artifact(run.info.run_id, str(folder / "cell.json"), "record")
    for cohort in history.cohorts:
        journals = [cohort.commit.journal] if cohort.commit else []
        for name in ("attempt.json", "result.json", "error.json", *journals):
            path = cohort.cohort.path / name
            if path.exists():
                context.client.log_artifact(run.info.run_id, str(path), f"record/{cohort.cohort.path.name}")
