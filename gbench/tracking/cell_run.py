"""A cell's own run in MLflow: median curves, statistics over its seeds, and the record as artifacts."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from mlflow.entities import Metric, Run

from gbench.record import CellStatus, CohortDirectory
from gbench.record.run import cohorts_in
from gbench.record.status import owned
from gbench.suite.cell import Cell
from gbench.tracking.cursor import Cursor, load_cursor, save_cursor
from gbench.tracking.describe import cell_tags, metric_key, parameters
from gbench.tracking.desk import Desk
from gbench.tracking.images import KEY, Picture, send_pictures
from gbench.tracking.runs import find_or_create, runs_of_cell, send, set_state
from gbench.tracking.seeds import median_points
from gbench.tracking.thinning import Thinning, total_steps

SHOWN_AS = {"done": "done", "failed": "failed", "begun": "running", "waiting": "running"}
Cohorts = Sequence[tuple[CohortDirectory, list[int]]]  # each with the replicas it speaks for


def project_cell_run(
    desk: Desk, status: CellStatus, folder: Path, statistics: Callable[[], dict[str, float]]
) -> bool:
    """Bring the cell's run up to date; whether the cell is done, and so will not change again."""
    cohorts = [(cohort, own) for cohort, own in owned(cohorts_in(folder)) if cohort.attempts()]
    if not cohorts:
        return False
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
        thinning = Thinning(total_steps(cell), cursor.thinning)
        send(desk.client, run.info.run_id, points=_curves(cell, cohorts, thinning))
        send_pictures(desk.client, run.info.run_id, origin, _pictures(cohorts, thinning))
        if cursor.state != state:
            cursor.keys = _conclude(desk, run, status, cohorts, statistics)
        cursor.offset, cursor.thinning, cursor.state = offset, thinning.latest, state
        save_cursor(path, desk.server, cursor)
    desk.statistics |= set(cursor.keys)
    return status.state == "done"


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
        Picture(cohort.file(event["files"][str(own[0])]), event["step"], event["time"])
        for event in cohort.events()
        if event["kind"] == "images" and str(own[0]) in event["files"] and thinning.keeps(KEY, event["step"])
    ]


def _conclude(
    desk: Desk, run: Run, status: CellStatus, cohorts: Cohorts, statistics: Callable[[], dict[str, float]]
) -> list[str]:
    """Show how the cell stands; the keys of the statistics that it got, if it is done."""
    ended = max((event["time"] for cohort, _ in cohorts for event in cohort.events()), default=0)
    points = []
    if status.state == "done":
        numbers = {metric_key(key): float(value) for key, value in statistics().items()}
        points = [Metric(key, value, ended, 0) for key, value in numbers.items() if math.isfinite(value)]
        send(desk.client, run.info.run_id, points=points)
    if status.state in ("done", "failed"):
        _keep_record(desk, run, cohorts)
    error = status.errors[0]["message"] if status.errors else None
    set_state(desk.client, run, SHOWN_AS[status.state], error, ended)
    return [point.key for point in points]


def _keep_record(desk: Desk, run: Run, cohorts: Cohorts) -> None:
    """The cell, and each cohort's full curves and outcome, as `record/...`."""
    desk.client.log_artifact(run.info.run_id, str(cohorts[0][0].path.parent / "cell.json"), "record")
    for cohort, _ in cohorts:
        commit = cohort.committed()
        names = ["attempt.json", "result.json", "error.json", *([commit.journal] if commit else [])]
        for path in (cohort.path / name for name in names):
            if path.exists():
                desk.client.log_artifact(run.info.run_id, str(path), f"record/{cohort.path.name}")
