"""`gbench` as others run it: a process of its own, in a folder of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gbench.record import RunDirectory
from gbench.sweep.driver import Driver
from gbench.sweep.inline import InlineExecutor
from tests.sweep.scripted import Diary
from tests.sweep.small import all_numbers, make_cells, make_run

PATIENCE = 120  # seconds; a loaded machine does everything slowly


class Gbench:
    """Runs verbs in `folder`, where runs land in `results`. environment: beside this process's own."""

    def __init__(self, folder: Path, **environment: str):
        self.folder = folder
        mine = {"COLUMNS": "200", "OMP_NUM_THREADS": "1"}
        self.environment = {**os.environ, **mine, **environment}
        self.environment.pop("RAY_AUTH_MODE", None)  # other tests' Ray wants no token

    def start(self, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
        """A process group of its own, as a shell would make it."""
        return subprocess.Popen(
            [sys.executable, "-m", "gbench.cli", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )

    def __call__(self, *arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
        process = self.start(*arguments, **options)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    @property
    def run(self) -> RunDirectory:
        """The run of `tests.sweep.small`'s suites."""
        return RunDirectory(self.folder / "results" / "small")


def train_in_one_go(folder: Path, **changes: Any) -> dict[str, Any]:
    """The numbers of the suite with these changes, trained by nobody else and never interrupted."""
    folder.mkdir(exist_ok=True)
    cells = make_cells(folder, **changes)
    run = make_run(folder / "small", cells)
    ending = Driver(run, cells, InlineExecutor(), Diary()).drive()
    assert (ending.stopped, ending.failures) == (None, {})
    return all_numbers(run)


def wait_for(condition: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Until the condition holds; the process must live until then."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def has(gbench: Gbench, pattern: str) -> Callable[[], bool]:
    """Whether a cohort of the run has a file of that name."""
    return lambda: any(gbench.run.root.glob(f"cells/*/*/{pattern}"))
