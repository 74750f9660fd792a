"""Twenty-five Gaussians on a square grid."""

from dataclasses import dataclass
from typing import ClassVar

import torch

from gbench.api import Data, Dataset, Density, option


@dataclass(kw_only=True)
class Grid(Dataset):
    """Equal mixture of side² Gaussians on a square grid around the origin, `spacing` apart, all times
    `scale`.

    Defaults are the 2D-grid of Lin et al. 2018 (PacGAN), section 4.1: centres {−4, −2, 0, 2, 4}².
    `scale` 0.25 brings the grid into [-1, 1]² and keeps its proportions.
    """

    paper: ClassVar[str] = "Lin et al. 2018, PacGAN: The power of two samples in GANs, arXiv:1712.04086"
    provides: ClassVar[tuple[str, ...]] = ("real",)
    traits: ClassVar[tuple[str, ...]] = ("vector", "density")
    model: ClassVar[str] = "mlp"

    side: int = option(5, "Gaussians along each side", ge=1)
    spacing: float = option(2.0, "distance of neighbours, before scaling", gt=0)
    std: float = option(0.05, "standard deviation of each Gaussian, before scaling", gt=0)
    scale: float = option(1.0, "factor on centres and standard deviation", gt=0)
    points: int = option(100_000, "training points", ge=1)

    def load(self) -> Data:
        """Training points and a tenth as many test points; [N, 2]."""
        line = (torch.arange(self.side) - (self.side - 1) / 2) * (self.spacing * self.scale)
        return Data.drawn(Density(torch.cartesian_prod(line, line), self.std * self.scale), self.points)
