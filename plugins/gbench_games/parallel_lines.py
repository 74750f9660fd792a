"""Parallel lines: a critic between two segments whose distances are known in closed form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from gbench.api import Builder, Setting, Stage, Streams, UserError, option
from gbench_games.adversarial import Adversarial


@dataclass(kw_only=True)
class ParallelLines(Adversarial):
    """Real samples are (0, u), generated ones g_θ(z) = (θ, z), with u and z uniform in [0, 1). Only the
    discriminator learns, so what it says is an estimate of how far apart the two laws are:

                    θ = 0    θ ≠ 0
        W₁          0        |θ|
        JS          0        log 2
        KL          0        ∞

    A critic under a two-sided penalty λ (‖∇D‖ − 1)² may be steeper than 1: the best one is the line
    of slope 1 + |θ| / 2λ, whose distance is |θ| (1 + |θ| / 2λ), 1.05 at |θ| = 1 and λ = 10.
    """

    paper: ClassVar[str] = "Arjovsky et al. 2017, Wasserstein GAN, example 1, arXiv:1701.07875"
    moves: ClassVar[dict[str, tuple[str, ...]]] = {"discriminator": ("discriminator",)}
    roles: ClassVar[dict[str, str]] = {"generator": "own", "discriminator": "discriminator"}

    theta: float = option(1.0, "where the generated line lies, θ; the real one lies at 0")

    def networks(self, build: Builder) -> dict[str, nn.Module]:
        return {"generator": _Line(self.theta), "discriminator": build("discriminator")}

    def begin(self, setting: Setting) -> None:
        """Refuses data that do not lie in the plane."""
        shape = tuple(setting.data["real"].shape[1:])
        if shape != (2,):
            size = "×".join(map(str, shape))
            raise UserError(
                f"game parallel-lines judges points of the plane, not {size}; use data set parallel-lines"
            )

    def draws(self, stage: Stage, data: Callable[[str], Tensor]) -> dict[str, Callable[[], Tensor]]:
        return {
            "real": lambda: data("real"),
            "latent": lambda: stage.random.uniform("latent", (stage.batch_size, 1)),
        }

    def inputs(self, stage: Stage, random: Streams, count: int) -> Mapping[str, Tensor]:
        return {"latent": random.uniform("latent", (count, 1))}


class _Line(nn.Module):
    """z [B, 1] to (θ, z) [B, 2]; θ is a buffer, which no turn moves."""

    theta: Tensor

    def __init__(self, theta: float):
        super().__init__()
        self.register_buffer("theta", torch.tensor(theta))

    def forward(self, latent: Tensor) -> Tensor:
        return torch.cat([self.theta.expand_as(latent), latent], -1)
