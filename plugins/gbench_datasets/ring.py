"""Eight Gaussians on a circle, the classic test of mode collapse."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch

from gbench.api import Data, Dataset, Density, option


@dataclass(kw_only=True)
class Ring(Dataset):
    """Equal mixture of `modes` Gaussians, mode k at radius · (cos 2πk/modes, sin 2πk/modes).

    Defaults are the 2D-ring of Lin et al. 2018 (PacGAN), section 4.1.
    """

    paper: ClassVar[str] = "Lin et al. 2018, PacGAN: The power of two samples in GANs, arXiv:1712.04086"
    provides: ClassVar[tuple[str, ...]] = ("real",)
    traits: ClassVar[tuple[str, ...]] = ("vector", "density")
    model: ClassVar[str] = "mlp"

    modes: int = option(8, "Gaussians on the circle", ge=1)
    radius: float = option(1.0, "radius of the circle", gt=0)
    std: float = option(0.01, "standard deviation of each Gaussian", gt=0)
    points: int = option(100_000, "training points", ge=1)

    def load(self) -> Data:
        """Training points and a tenth as many test points; [N, 2]."""
        angles = torch.arange(self.modes, dtype=torch.float64) * (2 * math.pi / self.modes)
        centers = self.radius * torch.stack([angles.cos(), angles.sin()], 1)
        return Data.drawn(Density(centers.float(), self.std), self.points)
