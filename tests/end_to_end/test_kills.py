"""Drivers and workers on Ray that are killed or interrupted: the numbers stay the same, no process stays."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.black_box import Gbench, has, train_in_one_go, wait_for
from tests.sweep.small import all_numbers, write_suite

pytestmark = pytest.mark.heavy

# Long enough for commits, which are ten seconds apart.
CHANGES: dict[str, Any] = {"budget": {"steps": 6000, "batch_size": 8, "measurements": 60}}
COMMAND = ("run", "suite.yaml", "--tracking", "none", "--workers", "1")


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return train_in_one_go(tmp_path_factory.mktemp("one-go"), **CHANGES)


@pytest.fixture(autouse=True)
def suite(tmp_path: Path) -> Path:
    return write_suite(tmp_path, **CHANGES)


def worker(gbench: Gbench) -> int:
    """The process that trains the run's one cohort."""
    [cohort] = gbench.run.cohorts(gbench.run.cells()[0].id)
    attempt = cohort.attempt()
    assert attempt is not None
    return int(attempt["pid"])


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 30
    while lives(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.1)


def kill_driver(driver: int, worker: int) -> None:
    os.kill(driver, signal.SIGKILL)


def interrupt_group(driver: int, worker: int) -> None:
    """As a terminal does it: every process of the group gets the signal."""
    os.killpg(driver, signal.SIGINT)


def terminate_driver(driver: int, worker: int) -> None:
    os.kill(driver, signal.SIGTERM)


@pytest.mark.parametrize(
    ("end", "code"), [(kill_driver, -9), (interrupt_group, 130), (terminate_driver, 130)]
)
def test_a_driver_that_ends_in_the_middle(
    gbench: Gbench, expected: dict[str, Any], end: Callable[[int, int], None], code: int
) -> None:
    process = gbench.start(*COMMAND)
    wait_for(has(gbench, "commit.json"), process)
    trainer = worker(gbench)
    assert trainer != process.pid
    end(process.pid, trainer)
    asked = time.monotonic()
    _, err = process.communicate(timeout=60)
    assert time.monotonic() - asked < 30
    assert process.returncode == code, err
    assert ("The same command goes on: gbench run suite.yaml" in err) == (code == 130)
    assert "Traceback" not in err
    wait_until_gone(trainer)

    done = gbench(*COMMAND)
    assert done.returncode == 0, done.stderr
    assert all_numbers(gbench.run) == expected
    [cohort] = gbench.run.cohorts(gbench.run.cells()[0].id)
    assert cohort.attempts() == 2


def test_a_worker_that_is_killed_is_replaced(gbench: Gbench, expected: dict[str, Any]) -> None:
    process = gbench.start(*COMMAND)
    wait_for(has(gbench, "commit.json"), process)
    os.kill(worker(gbench), signal.SIGKILL)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "trying again (attempt 2)" in err
    assert all_numbers(gbench.run) == expected


def test_a_second_driver_is_turned_away_and_the_first_goes_on(
    gbench: Gbench, expected: dict[str, Any]
) -> None:
    process = gbench.start(*COMMAND)
    wait_for(has(gbench, "attempt.json"), process)
    second = gbench(*COMMAND)
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr.startswith(f"error: results/small/lock: process {process.pid} on ")
    assert second.stderr.endswith(" is running this suite already\n")
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert all_numbers(gbench.run) == expected
