"""Dirac-GAN: the smallest adversarial game, two numbers, whose dynamics are known in closed form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from gbench.api import Builder, Setting, Stage, Streams, option
from gbench_games.adversarial import Adversarial


@dataclass(kw_only=True)
class Dirac(Adversarial):
    """The data are the point 0, the generator is the point θ, the discriminator is D(x) = ψx.

    The equilibrium is (θ, ψ) = (0, 0). Unregularised gradient descent never gets there: its
    Jacobian has the eigenvalues ±i f'(0), so simultaneous steps spiral outwards and alternating
    ones circle; with R1 or R2 of weight γ they are −γ/2 ± √(γ²/4 − f'(0)²), and both converge.

    The sign of ψ is that of this project's losses, where a high score means real: the paper's ψ
    is −ψ here.
    """

    paper: ClassVar[str] = (
        "Mescheder et al. 2018, Which training methods for GANs do actually converge?, "
        "section 2, arXiv:1801.04406"
    )
    needs: ClassVar[tuple[str, ...]] = ()
    uses: ClassVar[tuple[str, ...]] = ("loss",)
    roles: ClassVar[dict[str, str]] = {"generator": "own", "discriminator": "own"}

    theta: float = option(1.0, "the generator's start θ")
    psi: float = option(1.0, "the discriminator's start ψ")
    jitter: float = option(0.0, "standard deviation of the replicas' starts around these", ge=0)

    def networks(self, build: Builder) -> dict[str, nn.Module]:
        theta, psi = torch.tensor([self.theta, self.psi]) + self.jitter * torch.randn(2)
        return {"generator": _Point(theta), "discriminator": _Line(psi)}

    def draws(self, stage: Stage, data: Callable[[str], Tensor]) -> dict[str, Callable[[], Tensor]]:
        shape = (len(stage.random.seeds), stage.batch_size, 1)

        def zeros() -> Tensor:
            return torch.zeros(shape, device=stage.random.device)

        return {"real": zeros, "latent": zeros}

    def observe(self, setting: Setting) -> dict[str, Tensor]:
        """Where the players are."""
        theta = setting.networks["generator"].parameters["theta"]
        psi = setting.networks["discriminator"].parameters["psi"]
        return {"position/theta": theta.detach().clone(), "position/psi": psi.detach().clone()}

    def inputs(self, stage: Stage, random: Streams, count: int) -> Mapping[str, Tensor]:
        return {"latent": torch.zeros(len(random.seeds), count, 1, device=random.device)}


class _Point(nn.Module):
    """A generator that always says θ."""

    def __init__(self, theta: Tensor):
        super().__init__()
        self.theta = nn.Parameter(theta)

    def forward(self, latent: Tensor) -> Tensor:
        return self.theta.expand_as(latent)


class _Line(nn.Module):
    """D(x) = ψx."""

    def __init__(self, psi: Tensor):
        super().__init__()
        self.psi = nn.Parameter(psi)

    def forward(self, samples: Tensor) -> Tensor:
        return self.psi * samples.squeeze(-1)
