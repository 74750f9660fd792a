"""What runs tasks somewhere, as the driver sees it."""

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from gbench.worker.tasks import Task, TaskEvent


class Executor(Protocol):
    """Runs tasks on `slots` places at once and never retries: who submits, counts the attempts.

    Leaving it as a context manager shuts it down.
    """

    @property
    def slots(self) -> int:
        """How many tasks run at once now; machines that join or are lost change it."""

    @property
    def running(self) -> Sequence[str]:
        """The ids of the tasks whose last event `poll` has not returned yet, in the order of submission."""

    def submit(self, task: Task) -> None:
        """Start a task; beyond `slots` it waits for a place. The id of a running task is a ValueError."""

    def poll(self, timeout: float) -> list[TaskEvent]:
        """The events that came since the last call; waits for the first at most `timeout` seconds."""

    def kill(self, task_id: str) -> None:
        """End a running task at once; `poll` then reports it as Failed, kind `worker`."""

    def shutdown(self) -> None:
        """Kill what still runs and leave no process behind; a second call does nothing."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
