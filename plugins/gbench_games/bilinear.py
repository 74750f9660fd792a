"""Bilinear game: min over x, max over y of xy, on which every rule's rate is known in closed form."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from gbench.api import Builder, Setting, option
from gbench_games._zero_sum import ZeroSum


@dataclass(kw_only=True)
class Bilinear(ZeroSum):
    """min_x max_y ⟨x, y⟩: the generator is the point x, the discriminator D(s) = −⟨y, s⟩.

    The equilibrium is (0, 0). Gradient descent with step η changes the distance to it each round by

        simultaneous    √(1 + η²)
        alternating     1 in the long run: x² + y² + ηxy stays what it was, for y moves first
        extragradient   √(1 − η² + η⁴)
        optimistic      √((1 + √(1 − 4η²)) / 2)
        consensus       √((1 − ηγ)² + η²)

    It is the Dirac-GAN with the Wasserstein loss, and what any game is near an equilibrium at which no
    player's objective is curved in that player's own parameters.
    """

    paper: ClassVar[str] = "Daskalakis et al. 2018, Training GANs with optimism, section 2, arXiv:1711.00141"

    dimensions: int = option(1, "length of x and of y", ge=1)
    x: float = option(1.0, "the generator's start, in every coordinate")
    y: float = option(1.0, "the discriminator's start, in every coordinate")
    jitter: float = option(0.0, "standard deviation of the replicas' starts around these", ge=0)

    def networks(self, build: Builder) -> dict[str, nn.Module]:
        starts = torch.tensor([self.x, self.y])[:, None] + self.jitter * torch.randn(2, self.dimensions)
        return {"generator": _Point(starts[0]), "discriminator": _Plane(starts[1])}

    def equilibrium(self) -> Tensor:
        return torch.zeros(self.dimensions)

    def observe(self, setting: Setting) -> dict[str, Tensor]:
        """Where the players are, in the first coordinate."""
        x = setting.networks["generator"].parameters["x"]
        y = setting.networks["discriminator"].parameters["y"]
        return {"position/x": x[:, 0].detach().clone(), "position/y": y[:, 0].detach().clone()}


class _Point(nn.Module):
    """A generator that always says x."""

    def __init__(self, x: Tensor):
        super().__init__()
        self.x = nn.Parameter(x)

    def forward(self, latent: Tensor) -> Tensor:
        return self.x.expand(len(latent), -1)


class _Plane(nn.Module):
    """D(s) = −⟨y, s⟩."""

    def __init__(self, y: Tensor):
        super().__init__()
        self.y = nn.Parameter(y)

    def forward(self, samples: Tensor) -> Tensor:
        return -(samples @ self.y)
