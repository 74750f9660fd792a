"""Images from a NumPy file: every layout, every mistake, and MNIST where its file is at hand."""

import hashlib
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gbench.errors import UserError
from gbench_datasets import npz
from gbench_datasets.cifar10 import Cifar10
from gbench_datasets.mnist import Mnist
from gbench_datasets.npz import Npz
from gbench_datasets.stacked_mnist import StackedMnist

SHARED = Path(__file__).parents[3] / "shared/data"
needs_mnist = pytest.mark.skipif(not (SHARED / "mnist.npz").is_file(), reason="no ../shared/data/mnist.npz")


def arrays(shape: tuple[int, ...] = (8, 8), train: int = 10, test: int = 4) -> dict[str, Any]:
    """Images whose first pixels count up, of the classes 0, 1, 2."""
    generator = np.random.default_rng(0)
    return {
        "x_train": generator.integers(0, 256, (train, *shape), np.uint8),
        "y_train": np.arange(train) % 3,
        "x_test": generator.integers(0, 256, (test, *shape), np.uint8),
        "y_test": np.arange(test) % 3,
    }


def saved(folder: Path, **changes: Any) -> str:
    """The path of a file with some arrays changed; those that are None are left out."""
    path = folder / "mine.npz"
    kept = {key: array for key, array in (arrays() | changes).items() if array is not None}
    np.savez_compressed(path, **kept)
    return str(path)


def mistake(path: str, **options: Any) -> str:
    with pytest.raises(UserError) as error:
        Npz(path=path, **options).load()
    return str(error.value)


@pytest.mark.parametrize(
    ("stored", "shape", "axes"),
    [
        ((8, 9), (1, 8, 9), None),
        ((8, 9, 1), (1, 8, 9), (0, 3, 1, 2)),
        ((8, 9, 3), (3, 8, 9), (0, 3, 1, 2)),
        ((3, 8, 9), (3, 8, 9), (0, 1, 2, 3)),
    ],
)
def test_layouts(
    tmp_path: Path, stored: tuple[int, ...], shape: tuple[int, ...], axes: tuple[int, ...] | None
) -> None:
    given = arrays(stored)
    data = Npz(path=saved(tmp_path, **given)).load()
    assert (data.shape, data.classes) == (shape, 3)
    expected = given["x_train"][:, None] if axes is None else given["x_train"].transpose(axes)
    np.testing.assert_allclose(data.train["real"].numpy(), expected / 127.5 - 1, atol=1e-6)
    assert data.test["label"].tolist() == [0, 1, 2, 0]


def test_black_is_minus_one_and_white_one(tmp_path: Path) -> None:
    x = np.array([0, 255] * 5, np.uint8)[:, None, None].repeat(8, 1).repeat(8, 2)
    data = Npz(path=saved(tmp_path, x_train=x)).load()
    assert data.train["real"].flatten(1).unique(dim=1).tolist() == [[-1.0], [1.0]] * 5
    assert data.train["real"].dtype == torch.float32


def test_labels_may_stand_in_a_column(tmp_path: Path) -> None:
    path = saved(tmp_path, y_train=arrays()["y_train"][:, None].astype(np.uint8))
    assert Npz(path=path).load().train["label"].tolist() == [0, 1, 2] * 3 + [0]


def test_a_limit_takes_evenly_spaced_images(tmp_path: Path) -> None:
    path = saved(tmp_path)
    whole, some = Npz(path=path).load(), Npz(path=path, limit=4).load()
    assert some.train["real"].equal(whole.train["real"][[0, 3, 6, 9]])
    assert some.train["label"].tolist() == [0, 0, 0, 0]
    assert len(some.test["real"]) == 4


def test_relative_paths_are_looked_up_in_the_folder_of_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(tmp_path)
    monkeypatch.setenv("GBENCH_DATA", str(tmp_path))
    assert len(Npz(path="mine.npz").load().train["real"]) == 10
    monkeypatch.delenv("GBENCH_DATA")
    monkeypatch.chdir(tmp_path)
    assert len(Npz(path="mine.npz").load().train["real"]) == 10
    assert mistake("other.npz") == (
        f"no file 'other.npz' (looked for in {tmp_path}): set its option `path`, "
        "or GBENCH_DATA to the folder that holds it"
    )


def test_the_hash_is_that_of_the_arrays_not_of_the_file(tmp_path: Path) -> None:
    given = arrays()
    expected = hashlib.sha256(
        b"".join(
            given[f"x_{s}"].tobytes() + given[f"y_{s}"].astype("<i8").tobytes() for s in ("train", "test")
        )
    ).hexdigest()
    path = saved(tmp_path)
    Npz(path=path, sha256=expected).load()
    assert mistake(path, sha256="0") == (
        f"{path}: its arrays hash to sha256 {expected}, not 0; get the right file, "
        "or change the option `sha256`"
    )
    np.savez(path, **given)
    Npz(path=path, sha256=expected).load()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"y_train": None}, " has no y_train; it must hold x_train, y_train, x_test, y_test"),
        ({"x_train": np.zeros((10, 8, 8))}, ": x_train is float64; images must be uint8, 0..255"),
        (
            {"x_train": np.zeros((10, 64), np.uint8)},
            ": x_train is 10×64; images must be N×H×W, N×H×W×C or N×C×H×W with C up to 4",
        ),
        ({"y_test": np.zeros(4)}, ": y_test is float64 4; labels must be whole numbers, N or N×1"),
        ({"y_test": np.eye(4, dtype=int)}, ": y_test is int64 4×4; labels must be whole numbers, N or N×1"),
        ({"y_train": np.arange(10) - 1}, ": y_train holds -1; labels count from 0"),
        ({"y_test": np.arange(4)}, ": y_test holds class 3, which y_train does not reach"),
        (
            {"y_train": np.arange(9)},
            ": train has 10 images and 9 labels; there must be as many, and at least one",
        ),
        (
            {"x_test": np.zeros((4, 9, 8), np.uint8)},
            ": images are 1×8×8 to train on, 1×9×8 to test",
        ),
    ],
)
def test_mistakes_are_named(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    path = saved(tmp_path, **changes)
    assert mistake(path) == path + message


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return pytest.fail, ("unpickled",)

    path = saved(tmp_path, x_train=np.array([Bomb()], dtype=object))
    assert mistake(path).startswith(f"{path} cannot be read as NumPy's .npz without pickles: ")
    bare = tmp_path / "bare.npz"
    bare.write_bytes(pickle.dumps([1]))
    assert (
        mistake(str(bare)) == f"{bare} cannot be read as NumPy's .npz without pickles: File is not a zip file"
    )


def test_a_cut_file_is_no_traceback(tmp_path: Path) -> None:
    path = Path(saved(tmp_path))
    whole = path.read_bytes()
    for kept in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:kept])
        assert "cannot be read as NumPy's .npz" in mistake(str(path))
    path.write_bytes(whole[:100] + bytes(50) + whole[150:])
    assert "cannot be read as NumPy's .npz" in mistake(str(path))


def test_what_would_fill_the_memory_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path)
    monkeypatch.setattr(npz, "MAX_BYTES", 1024)
    monkeypatch.setattr(np, "load", lambda *_, **__: pytest.fail("read"))
    assert "GiB of arrays; at most 9.54e-07 GiB: keep fewer images" in mistake(path)


def test_cifar10_is_what_it_should_be(tmp_path: Path) -> None:
    given = arrays((32, 32, 3), train=20)
    given |= {"y_train": np.arange(20) % 10}
    data = Cifar10(path=saved(tmp_path, **given)).load()
    assert (data.shape, data.classes) == ((3, 32, 32), 10)
    path = saved(tmp_path)
    with pytest.raises(UserError) as error:
        Cifar10(path=path).load()
    assert str(error.value) == (
        f"'{path}' holds 3 classes of 1×8×8; CIFAR-10 is 10 classes of 3×32×32; "
        "data set npz takes other images"
    )


@pytest.mark.parametrize("path", ["cifar-10-python.tar.gz", "data/cifar-10-batches-py"])
def test_the_pickles_of_cifar10_are_refused(path: str) -> None:
    with pytest.raises(UserError) as error:
        Cifar10(path=path).load()
    assert str(error.value) == (
        f"data set cifar10 does not read '{path}': pickles can run code; convert it to .npz once, "
        "as `gbench show dataset cifar10` says"
    )


@needs_mnist
def test_mnist_is_the_original(monkeypatch: pytest.MonkeyPatch) -> None:
    """MD5 of the four original files, put together again from what was loaded."""
    monkeypatch.setenv("GBENCH_DATA", str(SHARED))
    data = Mnist().load()
    files = []
    for fields in (data.train, data.test):
        count = len(fields["real"])
        pixels = ((fields["real"] + 1) * 127.5).round().to(torch.uint8).numpy().tobytes()
        label = fields["label"].to(torch.uint8).numpy().tobytes()
        files += [
            struct.pack(">IIII", 2051, count, 28, 28) + pixels,
            struct.pack(">II", 2049, count) + label,
        ]
    assert [hashlib.md5(content).hexdigest()[:8] for content in files] == [
        "6bbc9ace",
        "a25bea73",
        "2646ac64",
        "27ae3e4e",
    ]


@needs_mnist
def test_stacked_mnist_has_a_thousand_modes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GBENCH_DATA", str(SHARED))
    data = StackedMnist(points=500).load()
    assert (data.shape, data.classes) == ((3, 28, 28), 1000)
    assert data.train["real"].shape == (500, 3, 28, 28)
