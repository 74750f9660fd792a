"""A disk that is full: one clear line, and once there is room the same command goes on."""

import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import torch

from gbench.engine.checkpoint import save_checkpoint
from gbench.record import RunDirectory
from tests.end_to_end.black_box import Gbench, train_in_one_go
from tests.sweep.small import all_numbers, write_suite

COMMAND = ("run", "suite.yaml", "--tracking", "none", "--executor", "inline")


def limit_files(size: int) -> None:
    """No file of this process can grow beyond that many bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.mark.parametrize(
    ("size", "where"),
    [(300, "the cells' descriptions"), (2000, "the first picture"), (8000, "the journal")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_that_cannot_grow(gbench: Gbench, tmp_path: Path, size: int, where: str) -> None:
    write_suite(tmp_path)
    done = gbench(*COMMAND, preexec_fn=partial(limit_files, size))
    assert done.returncode == 1, done
    assert done.stderr.splitlines()[-1] == (
        "stopped: cannot write to the disk: File too large; nothing that was recorded is lost, "
        "3 replicas are missing. The same command goes on: gbench " + " ".join(COMMAND)
    )
    assert "Traceback" not in done.stderr
