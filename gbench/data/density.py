"""A density that is known: an equal mixture of isotropic Gaussians."""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True)
class Density:
    """p(x) = 1/K Σ_k N(x; centers_k, std² I).

    Points are [..., D] with at least one leading axis; every method keeps the leading axes.
    """

    #: The means of the K Gaussians, [K, D].
    centers: Tensor

    #: The standard deviation of each of them.
    std: float

    @property
    def modes(self) -> int:
        """K, the number of Gaussians."""
        return len(self.centers)

    def to(self, device: torch.device | str) -> "Density":
        return replace(self, centers=self.centers.to(device))

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """`n` independent points [n, D]."""
        mode = torch.randint(self.modes, (n,), generator=generator)
        noise = torch.randn(n, self.centers.shape[1], generator=generator)
        return self.centers[mode] + self.std * noise

    def log_prob(self, points: Tensor) -> Tensor:
        """log p(x), in nats."""
        scale = self.centers.shape[1] * math.log(self.std * math.sqrt(2 * math.pi)) + math.log(self.modes)
        return (-0.5 * (self._distances(points) / self.std).square()).logsumexp(-1) - scale

    def nearest(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """Euclidean distance to the nearest centre, and which one it is."""
        nearest = self._distances(points).min(-1)
        return nearest.values, nearest.indices

    def _distances(self, points: Tensor) -> Tensor:
        """Distances to all centres, [..., K]; not by a product of matrices, which rounds off small ones."""
        exact = "donot_use_mm_for_euclid_dist"
        rows, centers = points.flatten(0, -2), self.centers.to(points.dtype)
        return torch.cdist(rows, centers, compute_mode=exact).unflatten(0, points.shape[:-1])
