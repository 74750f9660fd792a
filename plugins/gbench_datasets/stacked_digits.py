"""Triples of handwritten digits as colour channels, 8×8 pixels: 1000 modes."""

from dataclasses import dataclass
from typing import ClassVar

from gbench.api import Data, Dataset, option
from gbench_datasets._stacking import stack
from gbench_datasets.digits import Digits


@dataclass(kw_only=True)
class StackedDigits(Dataset):
    """Images [3, 8, 8] in [-1, 1] of three independent digits; the label is the number that they spell.

    Metz et al. 2017 stack MNIST, which is the data set stacked-mnist. These are the digits of scikit-learn.
    The 1,437 training digits give three billion images; `points` of them are drawn once.
    """

    paper: ClassVar[str] = "Metz et al. 2017, Unrolled GANs, section 3.3.1, arXiv:1611.02163"
    provides: ClassVar[tuple[str, ...]] = ("real", "label")
    traits: ClassVar[tuple[str, ...]] = ("image", "label", "stacked")
    model: ClassVar[str] = "dcgan"

    points: int = option(20_000, "training images (a choice)", ge=1)

    def load(self) -> Data:
        """A tenth as many test images, of the test digits."""
        return stack(Digits().load(), self.points)
