"""Mean and covariance of features, which is all that a Fréchet distance sees of a set, and their file."""

import hashlib
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gbench.errors import UserError
from gbench.record.files import write_bytes

ROWS = 4096  # samples whose products are summed at once
COLUMNS = 256  # of a symmetric product that are computed together
DAMAGES = (OSError, ValueError, EOFError, MemoryError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class Moments:
    """Mean and covariance of a set of feature vectors."""

    #: [d], in float64.
    mean: Tensor

    #: The unbiased covariance [d, d], in float64.
    covariance: Tensor

    #: What the vectors are, in words, such as `{"features": "inception-v3", "split": "train"}`.
    facts: dict[str, str]

    @classmethod
    def of(cls, vectors: Tensor, /, **facts: str) -> "Moments":
        """Of vectors [N, d], N ≥ 2, a block of rows at a time."""
        mean = vectors.mean(0, dtype=torch.float64)
        total = mean.new_zeros(len(mean), len(mean))
        for rows in vectors.split(ROWS):
            centred = rows - mean
            total += symmetric_product(centred, centred)
        return cls(mean, mirrored(total) / (len(vectors) - 1), facts)

    def save(self, path: Path) -> None:
        """An .npz file with `mu` and `sigma`, as pytorch-fid and clean-fid have it, and the facts as text."""
        archive = io.BytesIO()
        facts = {name: np.array(fact) for name, fact in self.facts.items()}
        arrays = {"mu": self.mean.cpu().numpy(), "sigma": self.covariance.cpu().numpy()}
        np.savez(archive, allow_pickle=False, **arrays, **facts)
        write_bytes(path, archive.getvalue())

    @classmethod
    def load(cls, path: Path, sha256: str = "") -> "Moments":
        """Reads a file. Raises UserError if it holds no mean and covariance, or has another hash."""
        arrays = read(path, sha256)
        facts = {name: str(array) for name, array in arrays.items() if array.dtype.kind == "U"}
        missing = [name for name in ("mu", "sigma") if name not in arrays]
        if missing:
            raise UserError(f"{path} has no {' and '.join(missing)}; it must hold a mean and a covariance")
        mean, covariance = (check_numbers(arrays[name], f"{path}: {name}") for name in ("mu", "sigma"))
        if mean.ndim != 1 or mean.size == 0 or covariance.shape != mean.shape * 2:
            sizes = ["×".join(map(str, array.shape)) or "one number" for array in (mean, covariance)]
            raise UserError(f"{path}: mu is {sizes[0]} and sigma {sizes[1]}; they must be d and d×d")
        if not np.allclose(covariance, covariance.T, rtol=1e-6, atol=1e-8 * np.abs(covariance).max()):
            raise UserError(f"{path}: sigma is not symmetric, so it is no covariance")
        if np.diag(covariance).min() < 0:
            raise UserError(f"{path}: sigma has a negative variance, so it is no covariance")
        return cls(torch.from_numpy(mean), torch.from_numpy(covariance), facts)


def read(path: Path, sha256: str) -> dict[str, np.ndarray]:
    """All arrays of an .npz file, without unpickling. Raises UserError if it is not such a file."""
    if not path.is_file():
        raise UserError(f"no file '{path}'; `gbench reference` writes one")
    content = path.read_bytes()
    if sha256 and sha256 != (found := hashlib.sha256(content).hexdigest()):
        raise UserError(f"{path} hashes to sha256 {found}, not {sha256}; get the right file")
    try:
        with zipfile.ZipFile(io.BytesIO(content)), np.load(io.BytesIO(content), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except DAMAGES as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UserError(f"{path} cannot be read as NumPy's .npz without pickles: {reason}") from error


def check_numbers(array: np.ndarray, name: str) -> np.ndarray:
    """The array in float64. Raises UserError unless its numbers are real and finite."""
    if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
        raise UserError(f"{name} must be finite real numbers")
    return array.astype(np.float64)


def symmetric_product(left: Tensor, right: Tensor) -> Tensor:
    """The upper triangle of leftᵀ right [d, d], which must be symmetric.

    It is computed by blocks of columns, which saves almost half of the work. Below the diagonal stand numbers
    without a meaning.
    """
    product = left.new_zeros(left.shape[1], right.shape[1])
    for start in range(0, left.shape[1], COLUMNS):
        columns = left[:, start : start + COLUMNS]
        product[start : start + COLUMNS, start:] = columns.T @ right[:, start:]
    return product


def mirrored(upper: Tensor) -> Tensor:
    """The symmetric matrix with this upper triangle."""
    return upper.triu() + upper.triu(1).T
