"""Tasks one after another in this process: for tests, for debugging, for one small cell."""

import math
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from gbench.worker.execution import execute
from gbench.worker.tasks import Failed, Message, Task, TaskEvent


class InlineExecutor:
    """The oldest task advances by one message per `poll`, however long that takes.

    KeyboardInterrupt passes through `poll`, and the task that it hit is gone.
    """

    slots = 1

    def __init__(self) -> None:
        self._streams: dict[str, Iterator[TaskEvent]] = {}
        self._killed: list[TaskEvent] = []

    @property
    def running(self) -> list[str]:
        return [*(event.task for event in self._killed), *self._streams]

    def submit(self, task: Task) -> None:
        if task.id in self.running:
            raise ValueError(f"task '{task.id}' is running")
        self._streams[task.id] = execute(task)

    def poll(self, timeout: float = math.inf) -> list[TaskEvent]:
        killed, self._killed = self._killed, []
        return killed or [self._advance(task_id) for task_id in list(self._streams)[:1]]

    def _advance(self, task_id: str) -> TaskEvent:
        """The task's next event; it stays in the queue only if there are more."""
        stream = self._streams.pop(task_id)
        try:
            event = next(stream)
        except SystemExit as end:
            return Failed(task_id, "worker", f"the task ended its process with exit code {end.code}")
        if isinstance(event, Message):
            self._streams = {task_id: stream, **self._streams}
        return event

    def kill(self, task_id: str) -> None:
        if self._streams.pop(task_id, None) is not None:
            self._killed.append(Failed(task_id, "worker", "the task was killed"))

    def shutdown(self) -> None:
        self._streams.clear()
        self._killed.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.shutdown()
