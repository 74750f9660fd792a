from pathlib import Path

import numpy as np
import pytest
import torch

from gbench.errors import UserError
from gbench.evaluation import moments
from gbench.evaluation.moments import Moments


def normal(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def test_it_agrees_with_numpy_whatever_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    x = 100 + normal(50, 9) @ normal(9, 9)
    monkeypatch.setattr(moments, "ROWS", 7)
    monkeypatch.setattr(moments, "COLUMNS", 4)
    found = Moments.of(x)
    np.testing.assert_allclose(found.mean, x.double().mean(0), rtol=1e-12)
    np.testing.assert_allclose(found.covariance, np.cov(x.double().numpy().T), rtol=1e-9)


def test_a_file_keeps_every_bit_and_the_facts(tmp_path: Path) -> None:
    found = Moments.of(normal(20, 3), features="pixels", split="test")
    found.save(tmp_path / "real.npz")
    loaded = Moments.load(tmp_path / "real.npz")
    assert loaded.mean.equal(found.mean)
    assert loaded.covariance.equal(found.covariance)
    assert loaded.facts == {"features": "pixels", "split": "test"}


def test_files_of_pytorch_fid_are_read(tmp_path: Path) -> None:
    x = normal(20, 3).numpy()
    np.savez_compressed(tmp_path / "theirs.npz", mu=x.mean(0), sigma=np.cov(x, rowvar=False))
    loaded = Moments.load(tmp_path / "theirs.npz")
    torch.testing.assert_close(loaded.covariance, Moments.of(torch.from_numpy(x)).covariance)
    assert loaded.facts == {}


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"mu": np.zeros(2)}, " has no sigma; it must hold a mean and a covariance"),
        ({"x": np.zeros(2)}, " has no mu and sigma; it must hold a mean and a covariance"),
        ({"mu": np.zeros(2), "sigma": np.eye(3)}, ": mu is 2 and sigma 3×3; they must be d and d×d"),
        (
            {"mu": np.array(0.0), "sigma": np.eye(3)},
            ": mu is one number and sigma 3×3; they must be d and d×d",
        ),
        ({"mu": np.full(2, np.nan), "sigma": np.eye(2)}, ": mu must be finite real numbers"),
        ({"mu": np.zeros(2), "sigma": np.eye(2) * 1j}, ": sigma must be finite real numbers"),
        (
            {"mu": np.zeros(2), "sigma": np.array([[1.0, 2.0], [0.0, 1.0]])},
            ": sigma is not symmetric, so it is no covariance",
        ),
        (
            {"mu": np.zeros(2), "sigma": np.diag([1.0, -1.0])},
            ": sigma has a negative variance, so it is no covariance",
        ),
    ],
)
def test_what_is_no_mean_and_covariance_is_refused(
    tmp_path: Path, arrays: dict[str, np.ndarray], message: str
) -> None:
    np.savez(path := tmp_path / "x.npz", **arrays)  # type: ignore[arg-type]
    with pytest.raises(UserError) as error:
        Moments.load(path)
    assert str(error.value) == f"{path}{message}"


def test_pickles_stay_pickled(tmp_path: Path) -> None:
    np.savez(path := tmp_path / "x.npz", mu=np.array([object()]), sigma=np.eye(1))
    with pytest.raises(UserError) as error:
        Moments.load(path)
    assert str(error.value) == (
        f"{path} cannot be read as NumPy's .npz without pickles: "
        "Object arrays cannot be loaded when allow_pickle=False"
    )


def test_a_file_of_another_kind_or_none_is_told(tmp_path: Path) -> None:
    (path := tmp_path / "x.npz").write_bytes(b"PK nothing")
    with pytest.raises(UserError) as error:
        Moments.load(path)
    assert (
        str(error.value) == f"{path} cannot be read as NumPy's .npz without pickles: File is not a zip file"
    )
    with pytest.raises(UserError) as error:
        Moments.load(tmp_path / "gone.npz")
    assert str(error.value) == f"no file '{tmp_path / 'gone.npz'}'; `gbench reference` writes one"


def test_another_hash_is_told(tmp_path: Path) -> None:
    (path := tmp_path / "x.npz").write_bytes(b"abc")
    with pytest.raises(UserError) as error:
        Moments.load(path, sha256="00")
    assert str(error.value) == (
        f"{path} hashes to sha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad, not 00; "
        "get the right file"
    )
