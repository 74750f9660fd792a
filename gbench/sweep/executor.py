"""What the driver knows about running a task: its events, and the executor that runs it somewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Protocol, Self

Kind = Literal["exception", "memory", "disk", "worker", "node", "user"]


@dataclass(frozen=True)
class Task:
    """A cohort to train, as plain JSON data, so that it may cross to another process or machine.

    `target` is `package.module:function`, a generator function: payload -> Iterator[dict].
    `gpus` is a share of one device (0.25) or a whole number of devices.
    """

    id: str
    target: str
    payload: dict[str, Any]
    cpus: float = 1.0
    gpus: float = 0.0


@dataclass(frozen=True)
class Message:
    """What the target yielded. For the live view only: messages of a killed worker are lost."""

    task: str
    value: dict[str, Any]


@dataclass(frozen=True)
class Finished:
    """The last event of a task whose target ran to its end."""

    task: str


@dataclass(frozen=True)
class Failed:
    """The last event of a task that did not run to its end.

    `exception`: the target raised; `memory`: the device or the machine had too little of it;
    `disk`: nothing more can be written;
    `worker`: the process died or was killed; `node`: the machine was lost; `user`: a UserError.
    `message` is one line.
    """

    task: str
    kind: Kind
    message: str
    traceback: str | None = None


Event = Message | Finished | Failed


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

    def poll(self, timeout: float) -> list[Event]:
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
