"""Contests that are due, held on an executor once the cells of their data set are done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gbench.recipe import Json
from gbench.record import RunDirectory
from gbench.record.contests import contest_path, load_contest, trainings
from gbench.suite.cell import Cell
from gbench.sweep.executor import Executor
from gbench.worker.tasks import Failed, Task

Requests = Mapping[str, Sequence[Json]]  # data set -> contests, as `Suite.contests` gives them

HOLD = "gbench.worker.entrants:hold"
POLL = 0.25  # seconds


def due_contests(run: RunDirectory, cells: Sequence[Cell], requests: Requests) -> list[Task]:
    """A task for each contest of which the record does not have these trainings and options.

    A data set where no cell is trained to its end has none.
    """
    tasks = []
    for dataset, contests in requests.items():
        own = [cell for cell in cells if cell.dataset == dataset]
        if any(not run.status(cell).missing for cell in own):
            participants = trainings(run, own)
            tasks += [
                _task(run, contest, own)
                for contest in contests
                if not _is_held(run, dataset, contest, participants)
            ]
    return tasks


def _is_held(run: RunDirectory, dataset: str, contest: Json, participants: dict[str, list[str]]) -> bool:
    record = load_contest(contest_path(run, dataset, contest["use"]))
    return record is not None and record.answers(contest, participants)


def _task(run: RunDirectory, contest: Json, cells: list[Cell]) -> Task:
    payload = {
        "run": str(run.root.resolve()),
        "contest": contest,
        "cells": [cell.to_json() for cell in cells],
    }
    resources = cells[0].resources
    name = f"contest {cells[0].dataset}/{contest['use']}"
    return Task(name, HOLD, payload, cpus=resources.cpus, gpus=resources.gpus)


@dataclass
class Contests:
    """Holds contests. note: told in a line what came of each. stop: whether to go on no further."""

    executor: Executor
    note: Callable[[str], None]
    stop: Callable[[], bool] = lambda: False
    failed: dict[str, str] = field(default_factory=dict)

    def hold(self, tasks: Sequence[Task]) -> dict[str, str]:
        """Holds them all; returns those that failed, each with its reason. None is tried again."""
        if tasks:
            self.note(f"holding {len(tasks)} {'contest' if len(tasks) == 1 else 'contests'}")
        for task in tasks:
            self.executor.submit(task)
        while self.executor.running and not self.stop():
            for event in self.executor.poll(POLL):
                if isinstance(event, Failed):
                    self.failed[event.task] = event.message
                    self.note(f"{event.task}: {event.message}")
        for task_id in list(self.executor.running):  # after a stop: there is nothing to commit
            self.executor.kill(task_id)
        return self.failed
