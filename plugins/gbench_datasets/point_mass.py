"""All data at one point: the real side of the Dirac-GAN and of matrix games."""

from dataclasses import dataclass
from typing import ClassVar

import torch

from gbench.api import Data, Dataset, option


@dataclass(kw_only=True)
class PointMass(Dataset):
    """δ at a point on the diagonal: every sample is (a, …, a).

    With a = 0 it is that of the Dirac-GAN (Mescheder et al. 2018, section 2), with a = ⅓ in three dimensions
    the equilibrium of rock-paper-scissors.
    """

    paper: ClassVar[str] = (
        "Mescheder et al. 2018, Which training methods for GANs do actually converge?, arXiv:1801.04406"
    )
    provides: ClassVar[tuple[str, ...]] = ("real",)
    traits: ClassVar[tuple[str, ...]] = ("vector", "point")
    model: ClassVar[str] = "mlp"

    dimensions: int = option(1, "length of a sample", ge=1)
    at: float = option(0.0, "a, every coordinate of the point")
    points: int = option(1000, "training points, all alike", ge=1)

    def load(self) -> Data:
        """The point, [points, dimensions] times over, in both splits."""
        real = torch.full((self.points, self.dimensions), self.at)
        return Data(train={"real": real}, test={"real": real})
