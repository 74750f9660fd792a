"""Inline: one at a time, in this process."""

import os
import subprocess
import sys

import pytest

from gbench.sweep.inline import InlineExecutor
from gbench.worker.tasks import Message
from tests.sweep.drive import run, task, values


def test_the_task_runs_in_this_process() -> None:
    assert values(run(InlineExecutor(), task("place")))[0]["pid"] == os.getpid()


def test_each_poll_advances_the_oldest_task_by_one_message() -> None:
    executor = InlineExecutor()
    executor.submit(task("count", name="first", to=2))
    executor.submit(task("count", name="second", to=2))
    assert executor.slots == 1
    assert executor.poll(0) == [Message("first", {"number": 0})]
    assert executor.poll(0) == [Message("first", {"number": 1})]


def test_a_keyboard_interrupt_passes_through_and_ends_the_task() -> None:
    executor = InlineExecutor()
    executor.submit(task("interrupt"))
    executor.poll(0)
    with pytest.raises(KeyboardInterrupt):
        executor.poll(0)
    assert executor.running == []


def test_no_ray_and_no_torch_are_imported() -> None:
    code = "import sys, gbench.sweep.inline; print({'ray', 'torch', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
