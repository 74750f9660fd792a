"""Tensors in files: the same to the last bit, computed once, and again where the file is damaged."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from gbench.evaluation import store
from gbench.evaluation.features import Features
from gbench.evaluation.store import Tensors, described, file_name, kept, load
from gbench.plugins import option

TENSORS = {"mean": torch.tensor([1 / 3, -0.0, torch.inf], dtype=torch.float64), "count": torch.tensor(7)}


def never() -> Tensors:
    raise AssertionError("computed again")


def same(found: Tensors | None) -> bool:
    assert found is not None
    return list(found) == list(TENSORS) and all(
        found[name].dtype == tensor.dtype and found[name].equal(tensor) for name, tensor in TENSORS.items()
    )


def test_what_was_computed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "prepared" / "moments.npz"
    assert same(kept(path, lambda: TENSORS))
    assert same(kept(path, never))
    assert list(path.parent.iterdir()) == [path]


def test_the_file_is_an_archive_that_numpy_reads(tmp_path: Path) -> None:
    kept(tmp_path / "moments.npz", lambda: TENSORS)
    with np.load(tmp_path / "moments.npz", allow_pickle=False) as arrays:
        assert {name: arrays[name].tolist() for name in arrays} == {"mean": [1 / 3, 0.0, np.inf], "count": 7}


def test_strides_are_kept(tmp_path: Path) -> None:
    """Sums run in the order of memory: a transposed factor stays one."""
    factor = torch.arange(6.0).reshape(2, 3).T
    kept(tmp_path / "factor.npz", lambda: {"factor": factor})
    assert kept(tmp_path / "factor.npz", never)["factor"].stride() == factor.stride() == (1, 3)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content + b"\0",
        lambda content: b"cos\nsystem\n(S'exit 1'\ntR.",
    ],
)
def test_a_damaged_file_is_computed_again(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "moments.npz"
    kept(path, lambda: TENSORS)
    path.write_bytes(damage(path.read_bytes()))
    assert load(path) is None
    assert same(kept(path, lambda: TENSORS))
    assert same(load(path))


def test_no_flipped_bit_goes_unseen(tmp_path: Path) -> None:
    path = tmp_path / "moments.npz"
    kept(path, lambda: TENSORS)
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :])
        assert load(path) is None, place


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.save(TENSORS, tmp_path / "moments.npz")
    assert list(tmp_path.iterdir()) == []


WORKER = """
import sys, time
from pathlib import Path
import torch
from gbench.evaluation.store import kept
folder = Path(sys.argv[1])
def compute():
    (folder / f"begun-{sys.argv[2]}").touch()
    while len(list(folder.glob("begun-*"))) < 2:
        time.sleep(0.01)
    return {"x": torch.arange(200_000.0)}
assert kept(folder / "x.npz", compute)["x"].equal(torch.arange(200_000.0))
"""


def test_two_workers_that_start_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    """Both are in the midst of computing before either has written."""
    workers = [subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path), name]) for name in "ab"]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["begun-a", "begun-b", "x.npz"]
    assert kept(tmp_path / "x.npz", never)["x"].equal(torch.arange(200_000.0))


@dataclass(kw_only=True)
class Shrunk(Features):
    """With an option."""

    factor: int = option(2, "factor")


@dataclass(kw_only=True)
class Smoothed(Shrunk):
    """With the same option."""


def test_a_name_tells_options_classes_and_versions_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def name(component: Features) -> str:
        return file_name("shrunk-train", described(component))

    names = {name(Shrunk()), name(Shrunk(factor=3)), name(Smoothed())}
    assert len(names) == 3
    assert name(Shrunk(factor=2)) in names
    monkeypatch.setattr(sys.modules[__name__], "VERSION", "2", raising=False)
    assert name(Shrunk()) not in names
