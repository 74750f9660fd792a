"""A suite from the shell: trained, interrupted, gone on with, asked for again."""

import os
import re
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.black_box import Gbench, has, train_in_one_go, wait_for
from tests.sweep.small import all_numbers, write_suite

CHANGES: dict[str, Any] = {
    "techniques": ["non-saturating", "wgan-gp"],
    "budget": {"steps": 120, "batch_size": 8, "measurements": 5},
}
COMMAND = ("run", "suite.yaml", "--tracking", "none", "--executor")
FOOTER = "curves and samples: gbench ui results/small\nevery statistic:    gbench report results/small\n"


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return train_in_one_go(tmp_path_factory.mktemp("one-go"), **CHANGES)


@pytest.fixture(autouse=True)
def suite(tmp_path: Path) -> Path:
    return write_suite(tmp_path, **CHANGES)


def rows(table: str) -> dict[str, list[str]]:
    """The columns of each technique in a report."""
    lines = [line.split() for line in table.splitlines()]
    return {words[0]: words[1:] for words in lines if words and words[0] in CHANGES["techniques"]}


def test_interrupted_and_gone_on_with(gbench: Gbench, expected: dict[str, Any]) -> None:
    process = gbench.start(*COMMAND, "inline")
    wait_for(has(gbench, "samples/*.png"), process)
    os.killpg(process.pid, signal.SIGINT)
    asked = time.monotonic()
    _, err = process.communicate(timeout=30)
    assert time.monotonic() - asked < 10
    assert process.returncode == 130
    assert re.fullmatch(
        r"stopped; nothing that was recorded is lost, [36] replicas are missing\. The same command goes on: "
        r"gbench run suite\.yaml --tracking none --executor inline",
        err.splitlines()[-1],
    )
    assert "Traceback" not in err
    assert not gbench.run.stop_requested()

    done = gbench(*COMMAND, "inline")
    assert done.returncode == 0, done.stderr
    assert all_numbers(gbench.run) == expected
    assert set(rows(done.stdout)) == {"non-saturating", "wgan-gp"}
    assert done.stdout.endswith(FOOTER)
    assert done.stderr.splitlines()[-1].startswith("100%")

    again = gbench(*COMMAND, "inline")
    assert (again.returncode, again.stdout) == (0, done.stdout)
    assert again.stderr == "nothing to train: all 2 cells are done\n"


def test_on_ray_the_numbers_are_the_same(gbench: Gbench, expected: dict[str, Any]) -> None:
    done = gbench(*COMMAND, "ray", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert all_numbers(gbench.run) == expected
    assert set(rows(done.stdout)) == {"non-saturating", "wgan-gp"}
    lines = done.stderr.splitlines()
    assert lines[0] == "small: 2 cells, 720 steps of seeds"
    assert "ring/wgan-gp: done (2 of 2 cells)" in lines
