"""A task for a worker, and the events that tell how it goes: plain data that crosses processes."""

from dataclasses import dataclass
from typing import Any, Literal

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


TaskEvent = Message | Finished | Failed
