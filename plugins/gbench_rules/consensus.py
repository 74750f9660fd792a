"""Consensus optimization: all players also move to where their gradients vanish."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch

from gbench.api import Batch, Player, Rule, option
from gbench_rules._players import squared_norm


@dataclass(kw_only=True)
class Consensus(Rule):
    """Simultaneous updates along v + γ ∇ ½‖v‖², with v the gradients of all players' objectives on one batch.

    ½‖v‖² is one number for all players together, and each descends it in its own parameters. In the bilinear
    game min_x max_y xy with step η the distance shrinks by √((1 − ηγ)² + η²) each round.

    It differentiates gradients again, so a round costs about twice as much as a simultaneous one.
    """

    paper: ClassVar[str] = "Mescheder et al. 2017, The numerics of GANs, algorithm 2, arXiv:1705.10461"

    weight: float = option(10.0, "γ (Mescheder et al. 2017 on images; 0.1 to 1 suit toy games)", ge=0)

    def round(self, players: Sequence[Player], draw: Callable[[], Batch]) -> None:
        batch = draw()
        fields = [player.gradient(batch, create_graph=True) for player in players]
        half = squared_norm([gradient for field in fields for gradient in field]).sum() / 2
        parameters = [p for player in players for p in player.parameters]
        pulls = iter(torch.autograd.grad(half, parameters, materialize_grads=True))
        pulled = [[g.detach() + self.weight * next(pulls) for g in field] for field in fields]
        for player, gradients in zip(players, pulled, strict=True):
            player.check(gradients)
        for player, gradients in zip(players, pulled, strict=True):
            player.step(gradients)
