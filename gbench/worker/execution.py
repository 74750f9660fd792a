"""A task run in this process: its target, started from a fresh state, as a stream of events."""

import importlib
from collections.abc import Callable, Iterator
from typing import Any

from gbench.worker.failures import failure
from gbench.worker.isolation import fresh_state
from gbench.worker.tasks import Finished, Message, Task, TaskEvent


def execute(task: Task) -> Iterator[TaskEvent]:
    """Messages, then one Finished or Failed. Nothing runs before the first `next`.

    KeyboardInterrupt and SystemExit pass through: what they mean is the executor's business.
    """
    try:
        target = resolve(task.target)
        fresh_state(threads=max(1, int(task.cpus)), gpu_share=task.gpus)
        for value in target(task.payload):
            yield Message(task.id, value)
    except Exception as error:  # the boundary of a cell: its cause is recorded, the sweep goes on
        yield failure(task.id, error)
    else:
        yield Finished(task.id)


def resolve(target: str) -> Callable[[dict[str, Any]], Iterator[dict[str, Any]]]:
    """The function that `package.module:function` names."""
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)
