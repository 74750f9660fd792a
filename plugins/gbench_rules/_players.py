"""What rules that look at all players at once have in common."""

from collections.abc import Sequence

import torch
from torch import Tensor

from gbench.api import Player, Rule, Setting, UserError


def require_discriminator(rule: Rule, setting: Setting) -> None:
    """Raises UserError in a game without a discriminator."""
    if not setting.discriminators:
        found = ", ".join(setting.networks)
        raise UserError(f"rule {rule.name} needs a game with a discriminator; this one has {found}")


def apart(players: Sequence[Player]) -> tuple[list[Player], list[Player]]:
    """The players who move discriminators, and all others."""
    judges = [player for player in players if player.judges]
    return judges, [player for player in players if not player.judges]


def squared_norm(gradients: Sequence[Tensor]) -> Tensor:
    """‖v‖² over all tensors `[R, ...]`, for each replica: `[R]`, differentiable."""
    return torch.stack([g.reshape(len(g), -1).square().sum(1) for g in gradients]).sum(0)
