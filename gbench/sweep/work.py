"""What a sweep has to do: cohorts to train, and how often each was tried."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gbench.record import RunDirectory
from gbench.suite.cell import Cell
from gbench.worker.tasks import Task

TRAIN = "gbench.worker.train:train"
PREPARE = "gbench.worker.train:prepare"


@dataclass
class Work:
    """A cohort to train. failures: how often it failed, by kind. ready_at: not before that moment."""

    cell: Cell
    first: int
    last: int
    failures: Counter[str] = field(default_factory=Counter)
    ready_at: float = 0.0

    @property
    def id(self) -> str:
        return f"{self.cell.id}/{self.first:02}-{self.last:02}"

    @property
    def replicas(self) -> range:
        return range(self.first, self.last + 1)

    def task(self, run: RunDirectory) -> Task:
        payload = {"cell": self.cell.to_json(), "first": self.first, "last": self.last}
        return _task(self.id, TRAIN, self.cell, run, payload)

    def halves(self) -> list["Work"]:
        """Two cohorts with half of the replicas each."""
        middle = (self.first + self.last) // 2
        return [Work(self.cell, self.first, middle), Work(self.cell, middle + 1, self.last)]

    def is_ready(self) -> bool:
        return time.monotonic() >= self.ready_at


def missing_work(run: RunDirectory, cells: Iterable[Cell]) -> list[Work]:
    """Every cohort without a result, in the order of the suite."""
    return [
        Work(cell, first, last)
        for cell in cells
        for first, last in run.missing(cell, cell.resources.cohort or cell.replicas)
    ]


def preparations(run: RunDirectory, cells: Iterable[Cell]) -> list[Task]:
    """One task for each combination of a data set and features that has something to prepare."""
    combinations = {
        repr((cell.recipe.dataset, cell.recipe.features)): cell for cell in cells if cell.recipe.features
    }
    return [
        _task(f"prepare {cell.id}", PREPARE, cell, run, {"cell": cell.to_json()})
        for cell in combinations.values()
    ]


def _task(name: str, target: str, cell: Cell, run: RunDirectory, payload: dict[str, Any]) -> Task:
    payload = {"run": str(run.root.resolve()), **payload}
    return Task(name, target, payload, cpus=cell.resources.cpus, gpus=cell.resources.gpus)
