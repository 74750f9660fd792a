"""A driver in miniature: what came of the tasks."""

import time
from pathlib import Path
from typing import Any

from gbench.sweep.executor import Executor
from gbench.worker.tasks import Failed, Message, Task, TaskEvent

PATIENCE = 60  # seconds; a loaded machine starts a worker slowly


def task(target: str, name: str = "t", cpus: float = 1, gpus: float = 0, **payload: Any) -> Task:
    """A function of `targets`, or `module:function` of a module beside it."""
    module, _, function = target.rpartition(":")
    return Task(name, f"tests.sweep.{module or 'targets'}:{function}", payload, cpus, gpus)


def drain(executor: Executor) -> list[TaskEvent]:
    """All events until nothing runs."""
    events: list[TaskEvent] = []
    deadline = time.monotonic() + PATIENCE
    while executor.running:
        assert time.monotonic() < deadline, f"still running: {executor.running}"
        events += executor.poll(0.2)
    return events


def run(executor: Executor, *tasks: Task) -> list[TaskEvent]:
    for one in tasks:
        executor.submit(one)
    return drain(executor)


def next_message(executor: Executor) -> dict[str, Any]:
    """The first message that comes."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for event in executor.poll(0.2):
            assert isinstance(event, Message), event
            return event.value
    raise TimeoutError


def values(events: list[TaskEvent]) -> list[dict[str, Any]]:
    return [event.value for event in events if isinstance(event, Message)]


def failure(events: list[TaskEvent]) -> Failed:
    """The one failure among the events, which is the last of them."""
    assert [isinstance(event, Failed) for event in events].count(True) == 1
    assert isinstance(events[-1], Failed), events
    return events[-1]


def await_slots(executor: Executor, slots: int) -> None:
    """Ray's head hears of lost and new machines a little later than they are lost and new."""
    deadline = time.monotonic() + PATIENCE
    while executor.slots != slots:
        assert time.monotonic() < deadline, f"{executor.slots} slots"
        time.sleep(0.1)


def wait_until_gone(pid: int) -> float:
    """Seconds until no process has that id; a zombie counts as gone."""
    begin = time.monotonic()
    while alive(pid):
        assert time.monotonic() - begin < PATIENCE, f"process {pid} is still there"
        time.sleep(0.02)
    return time.monotonic() - begin


def alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
