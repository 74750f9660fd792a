"""Triples of MNIST digits as colour channels, 28×28 pixels: 1000 modes."""

from dataclasses import dataclass
from typing import ClassVar

from gbench.api import Data, option
from gbench_datasets._stacking import stack
from gbench_datasets.mnist import Mnist


@dataclass(kw_only=True)
class StackedMnist(Mnist):
    """Images [3, 28, 28] in [-1, 1] of three independent digits; the label is the number that they spell.

    The file is that of the data set mnist. Lin et al. 2018 draw 128,000 training images, which take 1.2 GB.
    """

    paper: ClassVar[str] = "Metz et al. 2017, Unrolled GANs, section 3.3.1, arXiv:1611.02163"
    traits: ClassVar[tuple[str, ...]] = ("image", "label", "stacked")

    points: int = option(50_000, "training images (a choice; Lin et al. 2018: 128,000)", ge=1)

    def load(self) -> Data:
        """A tenth as many test images, of the test digits."""
        return stack(super().load(), self.points)
