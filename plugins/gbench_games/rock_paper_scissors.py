"""Rock-paper-scissors: a matrix game of mixed strategies, in which only the even one is safe."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from gbench.api import Builder, Setting, option
from gbench_games._zero_sum import ZeroSum

CHOICES = ("rock", "paper", "scissors")
PAYOFF = ((0.0, -1.0, 1.0), (1.0, 0.0, -1.0), (-1.0, 1.0, 0.0))  # of the row's player against the column's


@dataclass(kw_only=True)
class RockPaperScissors(ZeroSum):
    """The generator plays p = softmax(a), the discriminator q = softmax(b); the generator earns pᵀAq.

    A is 1 for a win, −1 for a loss and 0 for a draw. The discriminator is D(s) = ⟨s, Aq⟩, what a strategy s
    would earn. The equilibrium is (⅓, ⅓, ⅓) for both. There the game is bilinear in the logits, with a
    strength of √3/9: a step h acts as the step η = √3h/9 does in the game `bilinear`.
    """

    paper: ClassVar[str] = (
        "Robinson 1951, An iterative method of solving a game, Annals of Mathematics 54(2), on matrix games"
    )

    generator: tuple[float, float, float] = option((0.6, 0.2, 0.2), "the generator's first strategy", gt=0)
    discriminator: tuple[float, float, float] = option(
        (0.2, 0.6, 0.2), "the discriminator's first strategy", gt=0
    )
    jitter: float = option(0.0, "standard deviation of the replicas' first logits around these", ge=0)

    def networks(self, build: Builder) -> dict[str, nn.Module]:
        a, b = torch.tensor([self.generator, self.discriminator]).log() + self.jitter * torch.randn(2, 3)
        return {"generator": _Strategy(a), "discriminator": _Opponent(b)}

    def equilibrium(self) -> Tensor:
        return torch.full((3,), 1 / 3)

    def observe(self, setting: Setting) -> dict[str, Tensor]:
        """Both strategies, and how the generator fares with its own."""
        strategies = {
            name: setting.networks[name].parameters["logits"].detach().softmax(-1)
            for name in ("generator", "discriminator")
        }
        seen = {
            f"{choice}/{name}": strategy[:, index]
            for name, strategy in strategies.items()
            for index, choice in enumerate(CHOICES)
        }
        shares = outcomes(strategies["generator"], strategies["discriminator"])
        return seen | {f"outcome/{name}": share for name, share in shares.items()}


def outcomes(p: Tensor, q: Tensor) -> dict[str, Tensor]:
    """How often strategy p wins, loses and draws against q, `[..., 3]` each."""
    payoff = torch.tensor(PAYOFF, dtype=p.dtype, device=p.device)
    values = {"win": 1, "loss": -1, "draw": 0}
    return {
        name: torch.einsum("...i,ij,...j->...", p, (payoff == value).to(p), q)
        for name, value in values.items()
    }


class _Strategy(nn.Module):
    """A generator that always says softmax(a)."""

    def __init__(self, logits: Tensor):
        super().__init__()
        self.logits = nn.Parameter(logits)

    def forward(self, latent: Tensor) -> Tensor:
        return self.logits.softmax(-1).expand(len(latent), -1)


class _Opponent(nn.Module):
    """D(s) = ⟨s, A softmax(b)⟩."""

    payoff: Tensor

    def __init__(self, logits: Tensor):
        super().__init__()
        self.logits = nn.Parameter(logits)
        self.register_buffer("payoff", torch.tensor(PAYOFF))

    def forward(self, samples: Tensor) -> Tensor:
        return samples @ (self.payoff @ self.logits.softmax(-1))
