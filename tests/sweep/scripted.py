"""An executor whose tasks do what a test says, and a view that remembers what it was told."""

from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self

from gbench.record import Event, RunDirectory
from gbench.sweep.progress import Plan
from gbench.worker.tasks import Failed, Finished, Kind, Message, Task, TaskEvent

Part = Callable[[Task], Iterator[TaskEvent]]


class ScriptedExecutor:
    """Plays one part a task: the next one in `script[task id]`, else `usual`. One event a task and poll."""

    slots = 2

    def __init__(self, usual: Part, script: dict[str, list[Part]] | None = None):
        self.usual = usual
        self.script = script or {}
        self.submitted: list[str] = []
        self.killed: list[str] = []
        self.most_at_once = 0
        self._streams: dict[str, Iterator[TaskEvent]] = {}

    @property
    def running(self) -> list[str]:
        return list(self._streams)

    def submit(self, task: Task) -> None:
        assert task.id not in self._streams
        parts = self.script.get(task.id, [])
        self.submitted.append(task.id)
        self._streams[task.id] = (parts.pop(0) if parts else self.usual)(task)
        self.most_at_once = max(self.most_at_once, len(self._streams))

    def poll(self, timeout: float) -> list[TaskEvent]:
        events = [next(stream) for stream in self._streams.values()]
        for event in events:
            if not isinstance(event, Message):
                del self._streams[event.task]
        return events

    def kill(self, task_id: str) -> None:
        self.killed.append(task_id)
        self._streams[task_id] = iter([Failed(task_id, "worker", "the task was killed")])

    def shutdown(self) -> None:
        self._streams.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.shutdown()


def trains(task: Task) -> Iterator[TaskEvent]:
    """To the end: one message, then a result."""
    first, last, steps = _extent(task)
    yield Message(task.id, {"kind": "progress", "step": steps, "time": 0, "seconds": {"train": 1.0}})
    outcomes = [{"replica": r, "status": "done", "step": steps} for r in range(first, last + 1)]
    cohort = RunDirectory(task.payload["run"]).cohort(task.payload["cell"]["id"], first, last)
    with cohort.begin_attempt() as attempt:
        attempt.finish({"replicas": outcomes, "seconds": 1.0, "facts": {}})
    yield Finished(task.id)


def trains_until_stopped(task: Task) -> Iterator[TaskEvent]:
    """For ever, but for the stop file: then it commits and ends."""
    first, last, _ = _extent(task)
    run = RunDirectory(task.payload["run"])
    with run.cohort(task.payload["cell"]["id"], first, last).begin_attempt() as attempt:
        while not run.stop_requested():
            yield Message(task.id, {"kind": "progress", "step": 5, "time": 0, "seconds": {"train": 1.0}})
        attempt.commit(5, lambda path: path.write_bytes(b"state") and None)
    yield Finished(task.id)


def hangs(task: Task) -> Iterator[TaskEvent]:
    """For ever, whatever anybody asks for."""
    while True:
        yield Message(task.id, {"kind": "progress", "step": 1, "time": 0, "seconds": {"train": 1.0}})


def fails(kind: Kind, message: str) -> Part:
    """At once."""

    def part(task: Task) -> Iterator[TaskEvent]:
        yield Failed(task.id, kind, message, f"Traceback ...\n{message}")

    return part


def prepares(task: Task) -> Iterator[TaskEvent]:
    yield Message(task.id, {"kind": "prepared", "dataset": "ring", "facts": {"classifier/accuracy": 0.98765}})
    yield Finished(task.id)


def prepares_for_ever(task: Task) -> Iterator[TaskEvent]:
    while True:
        yield Message(task.id, {"kind": "prepared", "dataset": "ring", "facts": {}})


def _extent(task: Task) -> tuple[int, int, int]:
    """First and last replica, and the steps of the budget."""
    steps: int = task.payload["cell"]["recipe"]["budget"]["steps"]
    return task.payload["first"], task.payload["last"], steps


class Diary:
    """A view: what the driver told it, in order. events: by cell, the replicas and kinds."""

    def __init__(self) -> None:
        self.plan = Plan("", {})
        self.told: list[tuple[str, ...]] = []
        self.events: dict[str, list[tuple[list[int], str]]] = {}

    def start(self, plan: Plan) -> None:
        self.plan = plan
        self.told.append(("start",))

    def event(self, cell: str, replicas: Sequence[int], event: Event) -> None:
        self.events.setdefault(cell, []).append((list(replicas), event.KIND))

    def finished(self, cell: str, status: str) -> None:
        self.told.append(("finished", cell, status))

    def note(self, text: str) -> None:
        self.told.append(("note", text))

    def stop(self) -> None:
        self.told.append(("stop",))

    @property
    def notes(self) -> list[str]:
        return [text for kind, *rest in self.told if kind == "note" for text in rest]

    @property
    def endings(self) -> list[tuple[str, str]]:
        return [(each[1], each[2]) for each in self.told if each[0] == "finished"]
