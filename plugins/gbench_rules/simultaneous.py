"""Simultaneous updates: all players move at once, each answering to where the others were."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from gbench.api import Batch, Player, Rule


@dataclass(kw_only=True)
class Simultaneous(Rule):
    """x ← x − h v(x), with v the gradients of all players' objectives on one batch."""

    paper: ClassVar[str] = "Mescheder et al. 2017, The numerics of GANs, eq. 5, arXiv:1705.10461"

    def round(self, players: Sequence[Player], draw: Callable[[], Batch]) -> None:
        batch = draw()
        gradients = [player.gradient(batch) for player in players]
        for player, gradient in zip(players, gradients, strict=True):
            player.step(gradient)
