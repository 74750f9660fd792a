"""A run directory's own run in MLflow: the answer, and the report as artifacts."""

import hashlib
import json
import math
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from mlflow import MlflowClient
from mlflow.entities import Metric, Run

from gbench.record import ContestRecord, RunDirectory, load_contests
from gbench.suite.as_run import suite_as_run
from gbench.suite.cell import Cell
from gbench.tracking.cell_run import DAMAGED, CellState
from gbench.tracking.context import Context
from gbench.tracking.cursor import Cursor, load_cursor, save_cursor
from gbench.tracking.experiment import describe
from gbench.tracking.notes import Answer, experiment_note, suite_note
from gbench.tracking.ports import Digest, Publish
from gbench.tracking.run_tags import cell_note, metric_key, suite_run_tags
from gbench.tracking.runs import runs_tagged, send, set_state
from gbench.tracking.view import MODEL_TRAINING

ORIGIN = "suite"
ENDED = ("done", "failed")
FOLDER = "report"  # of the artifacts


def project_suite_run(
    context: Context, run: RunDirectory, standings: Sequence[CellState], publish: Publish | None
) -> None:
    """Bring the suite's run up to date: the report once all cells have ended, and again when they change."""
    path = run.root / "tracking.json"
    cursor = load_cursor(path, context.server, context.experiment.stamp, ORIGIN)
    ended = [standing for standing in standings if standing.state in ENDED]
    whole = len(ended) == len(standings)
    contests = load_contests(run)
    mark = _mark(run, standings, contests) if whole else f"{len(ended)} of {len(standings)}"
    if mark not in (cursor.state, context.refused):
        own = _find_or_create(context, run, standings, cursor)
        answer = Answer(suite_as_run(run.root).summary, len(ended), len(standings))
        brief = _send_report(context, run, own, publish, answer) if whole and publish else None
        keys = _tell_cells(context, standings, brief, contests)
        _conclude(context, run, own, standings, answer)
        context.refused = mark if answer.error else ""
        if not answer.error:  # else the next process tries again
            save_cursor(
                path,
                context.server,
                Cursor(context.experiment.stamp, ORIGIN, [own.info.run_id], state=mark, keys=sorted(keys)),
            )
        cursor.keys = sorted(keys)
    context.statistics |= set(cursor.keys)


def _mark(run: RunDirectory, standings: Sequence[CellState], contests: Sequence[ContestRecord]) -> str:
    """A text that changes where the report would."""
    suite = run.root / "suite.yaml"
    parts = [
        suite.read_text(encoding="utf-8", errors="replace") if suite.is_file() else "",
        *(f"{json.dumps(standing.cell.to_json())} {standing.mark}" for standing in standings),
        *map(repr, contests),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _find_or_create(
    context: Context, run: RunDirectory, standings: Sequence[CellState], cursor: Cursor
) -> Run:
    """The run of this directory, by its tags; by the cursor where the directory was moved since."""
    known = [
        found
        for found in runs_tagged(context.client, context.experiment.id, "gbench.kind", "suite")
        if found.data.tags.get("gbench.directory") == context.directory or found.info.run_id in cursor.runs
    ]
    name = standings[0].cell.suite
    tags = suite_run_tags(name, context.directory)
    if not known:
        started, _ = _times(run, standings)
        return context.client.create_run(
            context.experiment.id, start_time=started or None, tags=tags, run_name=f"{name}: report"
        )
    send(context.client, known[0].info.run_id, tags=tags)
    return known[0]


def _times(run: RunDirectory, standings: Sequence[CellState]) -> tuple[int, int]:
    """When the first cohort began and the last one ended, ms since 1970; zeros before."""
    started, ended = [], []
    for standing in standings:
        for cohort in run.cohorts(standing.cell.id) if standing.state != DAMAGED else ():
            attempt, result = cohort.attempt(), cohort.result()
            if attempt is not None:
                started.append(attempt["started"])
                ended.append(attempt["started"] + int(1000 * (result or {"seconds": 0})["seconds"]))
    return min(started, default=0), max(ended, default=0)


def _send_report(
    context: Context, run: RunDirectory, own: Run, publish: Publish, answer: Answer
) -> Digest | None:
    """The report into the run's artifacts; whatever fails in making it is told, and hinders nothing else."""
    with TemporaryDirectory() as folder:
        try:
            brief = publish(run.root, Path(folder))
        except Exception as error:  # the border to the report: the cause is recorded
            answer.error = f"{type(error).__name__}: {error}"
            return None
        context.client.log_artifacts(own.info.run_id, folder, FOLDER)
    answer.text = brief.text
    return brief


def _tell_cells(
    context: Context, standings: Sequence[CellState], brief: Digest | None, contests: Sequence[ContestRecord]
) -> set[str]:
    """Give the cells' runs their ranks and what contests found; the metric keys of the latter."""
    keys: set[str] = set()
    if brief is None and not contests:
        return keys
    runs = {
        found.info.run_id: found
        for found in runs_tagged(context.client, context.experiment.id, "gbench.kind", "cell")
    }
    for standing in standings:
        if (found := runs.get(standing.run)) is not None:  # else deleted by somebody
            numbers = _contest_numbers(standing.cell, contests)
            keys |= numbers.keys()
            _tell(context.client, found, _rank_tags(standing.cell, brief), numbers)
    return keys


def _rank_tags(cell: Cell, brief: Digest | None) -> dict[str, str]:
    if brief is None or cell.id not in brief.places:
        return {}
    note = f"{brief.lines.get(cell.id, '')}\n\n{cell_note(cell)}".strip()
    return {"gbench.rank": brief.places[cell.id], "mlflow.note.content": note}


def _contest_numbers(cell: Cell, contests: Sequence[ContestRecord]) -> dict[str, float]:
    """The medians over the cell's replicas by metric key, once more under the data set's name for charts."""
    numbers: dict[str, float] = {}
    for contest in contests:
        for key in contest.values:
            median = contest.median(key, cell.id)
            if median is not None and math.isfinite(median):
                for name in (f"contest/{key}", f"{cell.dataset}/contest/{key}"):
                    numbers[metric_key(name)] = median
    return numbers


def _tell(client: MlflowClient, run: Run, tags: dict[str, str], numbers: dict[str, float]) -> None:
    """Only what differs, so that saying it again adds no row."""
    now = time.time_ns() // 1_000_000
    known, shown = run.data.metrics, run.data.tags
    points = [Metric(key, value, now, 0) for key, value in numbers.items() if known.get(key) != value]
    changed = {key: value for key, value in tags.items() if shown.get(key) != value}
    send(client, run.info.run_id, points=points, tags=changed)


def _conclude(
    context: Context, run: RunDirectory, own: Run, standings: Sequence[CellState], answer: Answer
) -> None:
    """Say in the notes of the run and of the experiment what came of it."""
    states = {standing.state for standing in standings}
    state = "failed" if "failed" in states else "done"
    page = f"#/experiments/{context.experiment.id}/runs/{own.info.run_id}/artifacts/{FOLDER}/report.html"
    link = f"{page}?{MODEL_TRAINING}"
    send(
        context.client,
        own.info.run_id,
        tags={"mlflow.note.content": suite_note(answer, link, context.directory)},
    )
    _, ended = _times(run, standings)
    ended = max(ended, own.info.start_time)
    set_state(context.client, own, state if states <= {*ENDED} else "running", answer.error, ended)
    describe(
        context.client,
        context.experiment,
        {"mlflow.note.content": experiment_note(answer, link, context.directory)},
    )
