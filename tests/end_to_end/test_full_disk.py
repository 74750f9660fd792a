"""A disk that is full: one clear line, and once there is room the same command goes on."""

import os
import resource
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import torch

from gbench.engine.checkpoint import save_checkpoint
from tests.end_to_end.black_box import Gbench, train_in_one_go
from tests.sweep.small import all_numbers, write_suite

COMMAND = ("run", "suite.yaml", "--tracking", "none", "--executor", "inline")


def limit_files(size: int) -> None:
    """No file of this process can grow beyond that many bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def assert_stopped(done: "subprocess.CompletedProcess[str]", reason: str) -> None:
    assert done.returncode == 1, done
    assert done.stderr.splitlines()[-1] == (
        f"stopped: cannot write to the disk: {reason}; nothing that was recorded is lost, 3 replicas are "
        f"missing. The same command goes on: gbench {' '.join(done.args)}"
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(300, id="the description of a cell", marks=pytest.mark.heavy),
        pytest.param(2000, id="a picture"),
        pytest.param(8000, id="the journal", marks=pytest.mark.heavy),
    ],
)
def test_a_file_that_cannot_grow(gbench: Gbench, tmp_path: Path, size: int) -> None:
    write_suite(tmp_path)
    assert_stopped(gbench(*COMMAND, preexec_fn=partial(limit_files, size)), "File too large")
    done = gbench(*COMMAND)
    assert done.returncode == 0, done.stderr
    assert all_numbers(gbench.run) == train_in_one_go(tmp_path / "whole")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 40 KiB; `mount -o remount,size=...` makes it larger."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40k", "none", folder]).returncode:
        pytest.skip("only root can mount a file system")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.heavy
def test_a_disk_without_room(gbench: Gbench, tmp_path: Path, small_disk: Path) -> None:
    write_suite(tmp_path)
    command = (*COMMAND, "--results", str(small_disk))
    assert_stopped(gbench(*command), "No space left on device")
    subprocess.run(["mount", "-o", "remount,size=10m", small_disk], check=True)
    assert gbench(*command).returncode == 0


@pytest.fixture
def short_files() -> Iterator[None]:
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, former[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, former)


@pytest.mark.usefixtures("short_files")
def test_a_checkpoint_that_cannot_grow_is_the_disks_failure(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="File too large"):
        save_checkpoint(tmp_path / "checkpoint.pt", {"weights": torch.zeros(20_000)})
