"""Session folders: short, private, pruned."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gbench.sweep.ray_folder import SessionFolder, prune, short_temporary_folder


def dead_pid() -> int:
    """The id of a process that has just ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_session_folder_is_private_and_removed(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path)
    assert folder.path.stat().st_mode & 0o777 == 0o700
    (folder.path / "log").write_text("x")
    folder.remove()
    assert list(tmp_path.iterdir()) == []


def test_folders_of_dead_drivers_are_pruned_and_others_kept(tmp_path: Path) -> None:
    dead, alive = tmp_path / f"gbench-{dead_pid()}-abc", tmp_path / f"gbench-{os.getpid()}-abc"
    others = tmp_path / "gbench-results"
    for folder in (dead, alive, others):
        (folder / "session").mkdir(parents=True)
    prune(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([alive, others])


def test_a_locked_folder_is_kept_though_its_driver_is_unknown_here(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path)
    folder.path = folder.path.rename(tmp_path / f"gbench-{dead_pid()}-abc")
    prune(tmp_path)
    assert folder.path.exists()
    folder.remove()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (tmp_path / f"gbench-{dead_pid()}-abc").symlink_to(target)
    prune(tmp_path)
    assert target.exists()


def test_long_temporary_folders_are_avoided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/scratch/jobs/1234567/tmp")
    assert short_temporary_folder() == Path("/tmp")
    monkeypatch.setattr("tempfile.tempdir", "/scratch")
    assert short_temporary_folder() == Path("/scratch")
