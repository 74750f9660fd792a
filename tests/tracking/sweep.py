"""A sweep that is nothing but its record: two techniques on `ring`, three replicas, 500 steps."""

import sqlite3
from pathlib import Path
from typing import Any

from PIL import Image

from gbench.plugins import Chosen
from gbench.record import Event, History, RunDirectory
from gbench.record.events import Images, Measurement, Trace
from gbench.suite.cell import Cell
from gbench.tracking.location import database
from tests.recipes import plain_recipe

START = 1_760_000_000_000  # ms
STEPS = range(100, 501, 100)


def make_cell(label: str, **changes: Any) -> Cell:
    fields: dict[str, Any] = {
        "suite": "stability",
        "label": label,
        "technique": label,
        "dataset": "ring",
        "recipe": plain_recipe(label, regularizers=(Chosen("gradient-penalty", "2", {"weight": 10.0}),)),
        "replicas": 3,
        "scores": {"modes": ("max", 0.0), "fd-pixels": ("min", None)},
        "primary": "modes",
    }
    return Cell(**fields | changes)


CELLS = [make_cell("wgan-gp"), make_cell("non-saturating")]


def record(run: RunDirectory, cell: Cell, until: int = 500, first: int = 0, last: int = 2) -> None:
    """Train to step `until`; replica 2 of `non-saturating` diverges at step 250."""
    cohort = run.cohort(cell.id, first, last)
    diverges = cell.label == "non-saturating"
    with cohort.begin_attempt({}) as attempt:
        (cohort.path / "samples").mkdir(exist_ok=True)
        start = attempt.resume.step if attempt.resume else 0
        for step in (step for step in STEPS if start < step <= until):
            gone = {2} if diverges and step > 250 else set()
            for event in events(cohort.path, cohort.replicas, step, gone):
                attempt.append(event)
            attempt.commit(step, lambda path: path.write_bytes(b"state") and None)
        if until == 500:
            outcomes = [outcome(replica, diverges) for replica in cohort.replicas]
            attempt.finish({"replicas": outcomes, "seconds": 1.0, "facts": {}})


def events(folder: Path, replicas: range, step: int, gone: set[int]) -> list[Event]:
    time = START + step
    modes = [None if replica in gone else step / 100 + replica for replica in replicas]
    distances = [value and 10 / value for value in modes]
    picture = f"samples/{step:06}-r{replicas[0]:02}.png"
    Image.new("L", (300, 200), step % 256).save(folder / picture)
    objectives = [[0.5] * len(replicas)] * 2
    return [
        Measurement(step=step, time=time, values={"modes": modes, "fd-pixels": distances}),
        Trace(step=step, time=time, steps=[step - 50, step], values={"objective/generator": objectives}),
        Images(step=step, time=time, files={str(replicas[0]): picture}),
    ]


def outcome(replica: int, diverges: bool) -> dict[str, Any]:
    if diverges and replica == 2:
        return {"replica": replica, "status": "diverged", "step": 250}
    return {"replica": replica, "status": "done", "step": 500}


def summarise(history: History) -> dict[str, float]:
    statuses = [outcome.status for outcome in history.outcomes.values()]
    return {"divergence-rate": statuses.count("diverged") / len(statuses), "undefined": float("nan")}


def rows(results: Path, table: str, where: str = "1") -> int:
    """How many rows a table of the tracking database has."""
    connection = sqlite3.connect(database(results))
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])
    finally:
        connection.close()
