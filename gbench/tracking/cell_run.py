"""A cell's own run in MLflow: median curves, statistics over its seeds, and the record as artifacts."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlflow.entities import Metric, Run

from gbench.record import CellStatus, CohortDirectory
from gbench.record.run import cohorts_in
from gbench.record.status import owned
from gbench.suite.cell import Cell
from gbench.tracking.cursor import Cursor, load_cursor, save_cursor
from gbench.tracking.describe import cell_tags, metric_key, parameters
from gbench.tracking.desk import Desk
from gbench.tracking.images import Picture, send_pictures
from gbench.tracking.replica_runs import pictures_of
from gbench.tracking.runs import find_or_create, runs_of_cell, send, set_state
from gbench.tracking.seeds import median_points
from gbench.tracking.thinning import Thinning

SHOWN_AS = {"done": "done", "failed": "failed", "begun": "running", "waiting": "running"}
Cohorts = Sequence[tuple[CohortDirectory, list[int]]]  # each with the replicas it speaks for
DAMAGED = "damaged"  # the state of a cell that cannot be read
PICTURES = "picture#"  # before a picture's name in a cursor's keys; no metric's key has a #


@dataclass(frozen=True)
class CellState:
    """How a cell stood when its run was brought up to date.

    state: as `CellStatus.state`, or `DAMAGED`. mark: changes where the cell's committed events do. run: the
    id of its run.
    """

    cell: Cell
    state: str
    mark: str = ""
    run: str = ""


def project_cell_run(
    desk: Desk, status: CellStatus, folder: Path, statistics: Callable[[], dict[str, float]]
) -> CellState:
    """Bring the cell's run up to date."""
    cohorts = [(cohort, own) for cohort, own in owned(cohorts_in(folder)) if cohort.attempts()]
    if not cohorts:
        return CellState(status.cell, status.state)
    cell, path = status.cell, folder / "tracking.json"
    origin, started = _beginning(cell, cohorts)
    cursor = load_cursor(path, desk.server, desk.sheet.stamp, origin)
    offset = sum(commit.offset for cohort, _ in cohorts if (commit := cohort.committed()))
    state = f"{status.state} {len(status.outcomes)} of {cell.replicas}"
    if (cursor.offset, cursor.state) != (offset, state):
        run = _run(desk, cell, origin, started)
        if cursor.runs != [run.info.run_id]:
            cursor = Cursor(desk.sheet.stamp, origin, [run.info.run_id])
            send(desk.client, run.info.run_id, parameters=parameters(cell))
        thinning = Thinning(cell.recipe.budget.steps, cursor.thinning)
        send(desk.client, run.info.run_id, points=_curves(cell, cohorts, thinning))
        pictures = _pictures(cohorts, thinning)
        send_pictures(desk.client, run.info.run_id, origin, pictures)
        shown = {key for key in cursor.keys if key.startswith(PICTURES)}
        shown |= {PICTURES + picture.name for picture in pictures}
        if cursor.state != state:
            cursor.keys = _conclude(desk, run, status, cohorts, statistics)
        cursor.keys = sorted(shown.union(cursor.keys))
        cursor.offset, cursor.thinning, cursor.state = offset, thinning.latest, state
        save_cursor(path, desk.server, cursor)
    desk.pictures |= {key.removeprefix(PICTURES) for key in cursor.keys if key.startswith(PICTURES)}
    desk.statistics |= {key for key in cursor.keys if not key.startswith(PICTURES)}
    return CellState(cell, status.state, f"{origin} {offset} {state}", cursor.runs[0])


def _beginning(cell: Cell, cohorts: Cohorts) -> tuple[str, int]:
    """The origin of the cell's run and its start in ms; more seeds make other medians, so another run."""
    attempts = [attempt for cohort, _ in cohorts if (attempt := cohort.attempt())]
    return f"{attempts[0]['origin']}/{cell.replicas}", min(attempt["started"] for attempt in attempts)


def _run(desk: Desk, cell: Cell, origin: str, started: int) -> Run:
    known = list(runs_of_cell(desk.client, desk.sheet.id, cell.id))
    tags = cell_tags(cell, desk.colours[cell.label], desk.directory, origin)
    return find_or_create(desk.client, desk.sheet.id, known, tags, cell.name, started)


def _curves(cell: Cell, cohorts: Cohorts, thinning: Thinning) -> list[Metric]:
    """The median curves' new points, as `<data set>/<key>`: a chart compares techniques on one data set."""
    return [
        Metric(name, point.value, point.time, point.step)
        for point in median_points(cell, cohorts)
        if thinning.keeps(name := metric_key(f"{cell.dataset}/{point.key}"), point.step)
    ]


def _pictures(cohorts: Cohorts, thinning: Thinning) -> list[Picture]:
    """The first replica's new pictures stand for the cell."""
    cohort, own = cohorts[0]
    return [
        picture
        for event in cohort.events()
        for replica, picture in pictures_of(event, cohort)
        if replica == own[0] and thinning.keeps(picture.name, picture.step)
    ]


def _conclude(
    desk: Desk, run: Run, status: CellStatus, cohorts: Cohorts, statistics: Callable[[], dict[str, float]]
) -> list[str]:
    """Show how the cell stands; the keys of the statistics that it got, if it is done."""
    ended = max((event["time"] for cohort, _ in cohorts for event in cohort.events()), default=0)
    points = []
    if status.state == "done":
        numbers = _by_dataset(status.cell, statistics())
        points = [Metric(key, value, ended, 0) for key, value in numbers.items() if math.isfinite(value)]
        send(desk.client, run.info.run_id, points=points)
    if status.state in ("done", "failed"):
        _keep_record(desk, run, cohorts)
    error = status.errors[0]["message"] if status.errors else None
    set_state(desk.client, run, SHOWN_AS[status.state], error, ended)
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


def _keep_record(desk: Desk, run: Run, cohorts: Cohorts) -> None:
    """The cell, and each cohort's full curves and outcome, as `record/...`."""
    desk.client.log_artifact(run.info.run_id, str(cohorts[0][0].path.parent / "cell.json"), "record")
    for cohort, _ in cohorts:
        commit = cohort.committed()
        names = ["attempt.json", "result.json", "error.json", *([commit.journal] if commit else [])]
        for path in (cohort.path / name for name in names):
            if path.exists():
                desk.client.log_artifact(run.info.run_id, str(path), f"record/{cohort.path.name}")
