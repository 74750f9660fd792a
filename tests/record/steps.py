"""A training that is nothing but its record: three replicas, a measurement every 100 steps."""

from pathlib import Path
from typing import Any

from gbench.recipe import Budget
from gbench.record import Attempt, CohortDirectory
from gbench.record.events import Measurement
from gbench.suite.cell import Cell
from tests.recipes import plain_recipe

STEPS = range(100, 501, 100)


def measurement(step: int, width: int = 3) -> Measurement:
    values = {"modes": [float(step + replica) for replica in range(width)]}
    return Measurement(step=step, time=step, values=values)


def save(path: Path) -> None:
    path.write_bytes(b"state")


def result(replicas: range = range(3), step: int = 500, status: str = "done") -> dict[str, Any]:
    outcomes = [{"replica": replica, "status": status, "step": step} for replica in replicas]
    return {"replicas": outcomes, "seconds": 1.5, "facts": {}}


def train(cohort: CohortDirectory, until: int = 500) -> Attempt:
    """Go on from the last commit to step `until`, committing every 100 steps; finish at 500."""
    with cohort.begin_attempt({"device": "cpu"}) as attempt:
        start = attempt.resume.step if attempt.resume else 0
        for step in (step for step in STEPS if start < step <= until):
            attempt.append(measurement(step, len(cohort.replicas)))
            attempt.commit(step, save)
        if until == 500:
            attempt.finish(result(cohort.replicas))
    return attempt


def steps_of(cohort: CohortDirectory) -> list[int]:
    return [event.step for event in cohort.events()]


def make_cell(label: str = "wgan-gp", replicas: int = 3) -> Cell:
    return Cell(
        suite="stability",
        label=label,
        technique=label,
        dataset="ring",
        recipe=plain_recipe(label, budget=Budget(steps=3000, batch_size=64, measurements=5)),
        replicas=replicas,
        scores={"modes": ("max", 0.0), "fd-pixels": ("min", None)},
        primary="modes",
    )
