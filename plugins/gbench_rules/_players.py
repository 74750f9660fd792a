"""What rules that look at all players at once have in common."""

from collections.abc import Sequence

import torch
from torch import Tensor

from gbench.api import Player, Stage, UserError


def require_discriminator(rule: str, stage: Stage) -> None:
    """Raises UserError in a game without a discriminator."""
    if "discriminator" not in stage.networks:
        found = ", ".join(stage.networks)
        raise UserError(f"rule {rule} needs a game with a discriminator; this one has {found}")


def apart(players: Sequence[Player]) -> tuple[Player, list[Player]]:
    """The discriminator, and all others."""
    [discriminator] = [player for player in players if player.name == "discriminator"]
    return discriminator, [player for player in players if player is not discriminator]


def squared_norm(gradients: Sequence[Tensor]) -> Tensor:
    """‖v‖² over all tensors `[R, ...]`, for each replica: `[R]`, differentiable."""
    return torch.stack([g.reshape(len(g), -1).square().sum(1) for g in gradients]).sum(0)
