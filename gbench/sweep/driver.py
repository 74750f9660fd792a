"""Places a suite's cohorts on an executor until each has a result or is given up."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gbench.record import RunDirectory, event_of
from gbench.suite.cell import Cell
from gbench.sweep.executor import Executor
from gbench.sweep.holding import Contests, Requests, due_contests
from gbench.sweep.progress import Load, Plan, Progress
from gbench.sweep.retries import Halve, Retry, decide
from gbench.sweep.work import Work, missing_work, preparations
from gbench.worker.tasks import Failed, Message, TaskEvent

POLL = 0.25  # seconds
PATIENCE = 15.0  # seconds that workers have to commit after a stop


class Watch(Protocol):
    """Whoever may want the sweep to stop: a signal, a lost tracking server."""

    def reason(self) -> str | None:
        """Why the sweep has to stop now; None while it may go on."""


@dataclass
class Ending:
    """How a sweep ended. stopped: why it did not run to its end.

    failures: by cell, in one line. contests: those that could not be held, likewise.
    """

    stopped: str | None = None
    failures: dict[str, str] = field(default_factory=dict)
    contests: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass
class Driver:
    """The one driver of a run directory.

    It decides what to do about failures, never what they mean for the numbers: a cohort that
    is tried again goes on from its last commit.
    """

    run: RunDirectory
    cells: Sequence[Cell]
    executor: Executor
    progress: Progress
    watches: Sequence[Watch] = ()
    suite: str = ""
    contests: Requests = field(default_factory=dict)
    _queue: list[Work] = field(default_factory=list)
    _running: dict[str, Work] = field(default_factory=dict)
    _left: dict[str, int] = field(default_factory=dict)
    _ending: Ending = field(default_factory=Ending)

    def drive(self) -> Ending:
        """Prepares, trains everything that is missing, and says how it ended."""
        start = time.monotonic()
        self.run.clear_stop()
        self._queue = missing_work(self.run, self.cells)
        for work in self._queue:
            self._left[work.cell.id] = self._left.get(work.cell.id, 0) + 1
        self.progress.start(self._plan())
        try:
            self._prepare()
            self._train()
            self._compare()
        finally:
            self._drain()
            self.run.clear_stop()
            self.progress.stop()
        self._ending.seconds = time.monotonic() - start
        return self._ending

    def _plan(self) -> Plan:
        loads: dict[str, Load] = {}
        for work in self._queue:
            former = loads.get(work.cell.name)
            replicas = [*(former.replicas if former else []), *work.replicas]
            steps, first = work.cell.recipe.budget.steps, self.run.status(work.cell).step
            loads[work.cell.name] = Load(
                replicas=replicas, steps=steps, first=first, primary=work.cell.primary
            )
        return Plan(self.suite, loads)

    def _prepare(self) -> None:
        """Fits features before anything trains, so that no two cohorts fit the same ones.

        Where that fails, the cells that want them fail later, each with its reason.
        """
        for task in preparations(self.run, {work.cell.id: work.cell for work in self._queue}.values()):
            self.executor.submit(task)
        while self.executor.running and not self._must_stop():
            for event in self.executor.poll(POLL):
                self._prepared(event)
        for task_id in list(self.executor.running):  # after a stop: there is nothing to commit
            self.executor.kill(task_id)

    def _prepared(self, event: TaskEvent) -> None:
        if isinstance(event, Message):
            for fact, value in event.value["facts"].items():
                self.progress.note(f"{event.value['dataset']}: {fact} {value:.4g}")
        elif isinstance(event, Failed) and event.kind == "disk":
            self._stop_on(event)
        elif isinstance(event, Failed):
            self.progress.note(f"features cannot be prepared: {event.message}")

    def _train(self) -> None:
        while (self._queue or self._running) and not self._must_stop():
            self._submit_ready()
            if not self._running:
                time.sleep(POLL)
                continue
            for event in self.executor.poll(POLL):
                self._handle(event)

    def _compare(self) -> None:
        """Holds the contests that are due, now that every cell is trained or given up."""
        if not self._must_stop():
            due = due_contests(self.run, self.cells, self.contests)
            self._ending.contests = Contests(self.executor, self.progress.note, self._must_stop).hold(due)

    def _submit_ready(self) -> None:
        free = self.executor.slots - len(self._running)
        for work in [work for work in self._queue if work.is_ready()][: max(0, free)]:
            self._queue.remove(work)
            self._running[work.id] = work
            self.executor.submit(work.task(self.run))

    def _handle(self, event: TaskEvent) -> None:
        work = self._running.get(event.task)
        if work is None:
            return
        if isinstance(event, Message):
            self.progress.event(work.cell.name, work.replicas, event_of(event.value))
            return
        del self._running[event.task]
        if isinstance(event, Failed):
            self._judge(work, event)
        elif self.run.cohort(work.cell.id, work.first, work.last).result():
            self._settle(work, "done")
        elif self._ending.stopped is None:
            self._ending.stopped = f"somebody put the file {self.run.root / 'stop'} there"

    def _settle(self, work: Work, status: str) -> None:
        """One cohort of a cell is over; the cell is when all are."""
        self._left[work.cell.id] -= 1
        if self._left[work.cell.id] == 0:
            failed = work.cell.name in self._ending.failures
            self.progress.finished(work.cell.name, "failed" if failed else status)

    def _judge(self, work: Work, failure: Failed) -> None:
        if failure.kind == "disk":
            self._stop_on(failure)
            return
        work.failures[failure.kind] += 1
        attempts = work.failures[failure.kind]
        decision = decide(failure.kind, attempts, len(work.replicas))
        if isinstance(decision, Retry):
            work.ready_at = time.monotonic() + decision.pause
            self._queue.insert(0, work)
            self.progress.note(f"{work.cell.name}: {failure.message}; trying again (attempt {attempts + 1})")
        elif isinstance(decision, Halve):
            self._queue[:0] = work.halves()
            self._left[work.cell.id] += 1
            self.progress.note(
                f"{work.cell.name}: not enough memory for {len(work.replicas)} replicas; halved"
            )
        else:
            self._give_up(work, failure, attempts)

    def _give_up(self, work: Work, failure: Failed, attempts: int) -> None:
        self._ending.failures[work.cell.name] = failure.message
        self.run.cohort(work.cell.id, work.first, work.last).fail(
            {
                "kind": failure.kind,
                "message": failure.message,
                "traceback": failure.traceback,
                "attempts": attempts,
            }
        )
        self.progress.note(f"{work.cell.name}: failed: {failure.message}")
        self._settle(work, "failed")

    def _stop_on(self, failure: Failed) -> None:
        self._ending.stopped = failure.message

    def _must_stop(self) -> bool:
        if self._ending.stopped is None:
            reasons = (watch.reason() for watch in self.watches)
            self._ending.stopped = next((reason for reason in reasons if reason), None)
        return self._ending.stopped is not None

    def _drain(self) -> None:
        """After a stop: lets workers commit, then ends those that do not."""
        cells = {work.cell.id: work.cell for work in self._running.values()}
        if self.executor.running:
            self.run.request_stop()
        until = time.monotonic() + PATIENCE
        while self.executor.running and time.monotonic() < until:
            for event in self.executor.poll(POLL):
                if not isinstance(event, Failed):
                    self._handle(event)
        for task_id in list(self.executor.running):
            self.executor.kill(task_id)
        for cell in cells.values():
            if self._left[cell.id]:
                self.progress.finished(cell.name, "stopped")
