"""Extragradient: step ahead, look at the gradient there, and step with it from where one was."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Batch, Player, Rule


@dataclass(kw_only=True)
class Extragradient(Rule):
    """Two simultaneous updates, each with a fresh batch, the second one from where the first one began.

        x' = x − h v(x)        x ← x − h v(x')

    The steps are the optimizers' own, and both move the optimizers' states: with adam this is ExtraAdam (the
    paper's algorithm 4), with sgd the method of Korpelevich 1976. In the bilinear game min_x max_y xy with
    step η the distance shrinks by √(1 − η² + η⁴) each round.
    """

    paper: ClassVar[str] = (
        "Gidel et al. 2019, A variational inequality perspective on generative adversarial networks, "
        "algorithms 2 and 4, arXiv:1802.10551"
    )

    def round(self, players: Sequence[Player], draw: Callable[[], Batch]) -> None:
        starts = [[p.detach().clone() for p in player.parameters] for player in players]
        here = _gradients(players, draw())
        for player, gradients in zip(players, here, strict=True):
            player.step(gradients)
        there = _gradients(players, draw())
        for player, gradients, start in zip(players, there, starts, strict=True):
            player.put(start)
            player.step(gradients)


def _gradients(players: Sequence[Player], batch: Batch) -> list[list[Tensor]]:
    return [player.gradient(batch) for player in players]
