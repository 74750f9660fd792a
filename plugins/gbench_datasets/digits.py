"""Handwritten digits of 8×8 pixels, 1,797 of them, that come with scikit-learn."""

import gzip
from dataclasses import dataclass
from importlib.metadata import distribution
from typing import ClassVar

import numpy as np
import torch

from gbench.api import Data, Dataset


@dataclass(kw_only=True)
class Digits(Dataset):
    """Images [1, 8, 8] in [-1, 1] (17 grey levels) of the digits 0..9: 1,437 to train on, 360 to test.

    The test split is every fifth image of each digit in the order of the file. So both splits hold digits and
    writers in the same shares, without a random number.
    """

    paper: ClassVar[str] = "Alpaydin, Kaynak 1998, Optical Recognition of Handwritten Digits, UCI"
    provides: ClassVar[tuple[str, ...]] = ("real", "label")
    traits: ClassVar[tuple[str, ...]] = ("image", "label")
    model: ClassVar[str] = "dcgan"

    def load(self) -> Data:
        """Both splits, each in the order of the file."""
        table = torch.from_numpy(read_table())
        real = (table[:, :64] / 8 - 1).reshape(-1, 1, 8, 8)
        label = table[:, 64].long()
        tested = torch.zeros(len(label), dtype=torch.bool)
        tested[label.argsort(stable=True)[::5]] = True
        return Data(
            train={"real": real[~tested], "label": label[~tested]},
            test={"real": real[tested], "label": label[tested]},
            classes=10,
        )


def read_table() -> np.ndarray:
    """64 grey levels 0..16 and the digit of each image, [1797, 65].

    It reads the file of scikit-learn without importing that library, which would take seconds in every
    worker.
    """
    path = distribution("scikit-learn").locate_file("sklearn/datasets/data/digits.csv.gz")
    with gzip.open(str(path), "rt") as file:
        return np.loadtxt(file, delimiter=",", dtype=np.float32)
