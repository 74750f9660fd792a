"""Labelled images from a NumPy file of your own."""

import hashlib
import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from gbench.api import Data, Dataset, UserError, evenly, option

KEYS = ("x_train", "y_train", "x_test", "y_test")
MAX_BYTES = 4 << 30  # of all arrays, uncompressed; loaded images take four times as much

# What NumPy raises on a damaged file.
DAMAGES = (OSError, ValueError, EOFError, MemoryError, zipfile.BadZipFile, zlib.error)


@dataclass(kw_only=True)
class Npz(Dataset):
    """The arrays of a file: `x_train` and `x_test` are images in uint8, N×H×W, N×H×W×C or N×C×H×W with C up
    to 4, which become x / 127.5 − 1 in [-1, 1]. `y_train` and `y_test` are whole numbers from 0, N or N×1.
    Nothing is unpickled.

    numpy.savez("mine.npz", x_train=x, y_train=y, x_test=x2, y_test=y2)   # of uint8 and int arrays

    A relative path is looked up in the folder that the environment variable GBENCH_DATA names, or in the
    working directory if that is not set. A cell's id holds only the options, so `sha256` ties it to the
    content of the file. It is the hash of x_train, y_train, x_test and y_test, with images as uint8 and
    labels as little-endian int64, so it does not depend on how the file was compressed. If it is wrong, the
    message gives the right one. Each attempt records the digest of the data that it trained on.
    """

    provides: ClassVar[tuple[str, ...]] = ("real", "label")
    traits: ClassVar[tuple[str, ...]] = ("image", "label")
    model: ClassVar[str] = "dcgan"

    path: str = option("data.npz", "the file, relative to $GBENCH_DATA or to the working directory")
    sha256: str = option("", "what the arrays must hash to; empty: not checked")
    limit: int | None = option(None, "training images used, evenly spaced in the file; none: all", ge=1)

    def load(self) -> Data:
        """Both splits in the order of the file. Raises UserError, which says what is wrong with it."""
        file = self.locate()
        arrays = read(file)
        pixels = {name: images(arrays[f"x_{name}"], f"{file}: x_{name}") for name in ("train", "test")}
        label = {name: labels(arrays[f"y_{name}"], f"{file}: y_{name}") for name in ("train", "test")}
        self.check(file, pixels, label)
        splits = {name: {"real": pixels[name], "label": label[name]} for name in pixels}
        if self.limit is not None:
            splits["train"] = {name: evenly(field, self.limit) for name, field in splits["train"].items()}
        for fields in splits.values():
            fields["real"] = fields["real"].float().div_(127.5).sub_(1)
        classes = int(label["train"].max()) + 1
        return Data(train=splits["train"], test=splits["test"], classes=classes)

    def locate(self) -> Path:
        """The file. Raises UserError if there is none."""
        file = Path(os.environ.get("GBENCH_DATA", "")) / self.path
        if not file.is_file():
            raise UserError(
                f"no file '{file}' (looked for in {Path.cwd()}): set its option `path`, "
                "or GBENCH_DATA to the folder that holds it"
            )
        return file

    def check(self, file: Path, pixels: dict[str, Tensor], label: dict[str, Tensor]) -> None:
        """Raises UserError unless the splits fit each other, and hash to `sha256`."""
        for name in pixels:
            if not 0 < len(pixels[name]) == len(label[name]):
                counts = f"{len(pixels[name])} images and {len(label[name])} labels"
                raise UserError(f"{file}: {name} has {counts}; there must be as many, and at least one")
        shapes = {name: "×".join(map(str, images.shape[1:])) for name, images in pixels.items()}
        if shapes["train"] != shapes["test"]:
            raise UserError(f"{file}: images are {shapes['train']} to train on, {shapes['test']} to test")
        if label["test"].max() > label["train"].max():
            raise UserError(f"{file}: y_test holds class {label['test'].max()}, which y_train does not reach")
        if self.sha256 and self.sha256 != (found := digest(pixels, label)):
            raise UserError(
                f"{file}: its arrays hash to sha256 {found}, not {self.sha256}; get the right file, "
                "or change the option `sha256`"
            )


def read(file: Path) -> dict[str, np.ndarray]:
    """The four arrays. Raises UserError if the file is no .npz, is too large, or lacks one of them."""
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MAX_BYTES:
            limit = f"at most {MAX_BYTES / 2**30:.3g} GiB"
            raise UserError(f"{file} holds {size / 2**30:.3g} GiB of arrays; {limit}: keep fewer images")
        with np.load(file, allow_pickle=False) as stored:
            missing = [key for key in KEYS if key not in stored]
            if missing:
                raise UserError(f"{file} has no {' and '.join(missing)}; it must hold {', '.join(KEYS)}")
            return {key: stored[key] for key in KEYS}
    except DAMAGES as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UserError(f"{file} cannot be read as NumPy's .npz without pickles: {reason}") from error


def images(array: np.ndarray, name: str) -> Tensor:
    """Images as uint8 [N, C, H, W]. Raises UserError on another type or layout."""
    if array.dtype != np.uint8:
        raise UserError(f"{name} is {array.dtype}; images must be uint8, 0..255")
    found = torch.from_numpy(np.ascontiguousarray(array))
    if found.dim() == 3:
        return found[:, None]
    if found.dim() == 4 and 1 <= found.shape[3] <= 4:
        return found.movedim(3, 1).contiguous()
    if found.dim() == 4 and 1 <= found.shape[1] <= 4:
        return found
    size = "×".join(map(str, array.shape))
    raise UserError(f"{name} is {size}; images must be N×H×W, N×H×W×C or N×C×H×W with C up to 4")


def labels(array: np.ndarray, name: str) -> Tensor:
    """Labels as int64 [N]. Raises UserError unless they are whole numbers from 0."""
    if array.dtype.kind not in "iu" or array.size != len(array):
        size = "×".join(map(str, array.shape))
        raise UserError(f"{name} is {array.dtype} {size}; labels must be whole numbers, N or N×1")
    found = torch.from_numpy(array.astype(np.int64).reshape(-1))
    if len(found) and found.min() < 0:
        raise UserError(f"{name} holds {found.min()}; labels count from 0")
    return found


def digest(pixels: dict[str, Tensor], label: dict[str, Tensor]) -> str:
    """sha256 over the bytes of x_train, y_train, x_test, y_test, images as N×C×H×W."""
    sha = hashlib.sha256()
    for name in ("train", "test"):
        sha.update(pixels[name].numpy().tobytes())
        sha.update(label[name].numpy().astype("<i8").tobytes())
    return sha.hexdigest()
