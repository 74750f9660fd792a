"""Optimistic updates: each step counts twice, less the one before, as a guess at the next gradient."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Batch, Player, Rule


@dataclass(kw_only=True)
class Optimistic(Rule):
    """x ← x + 2 u_t − u_{t−1}, simultaneously, with u_t what each player's optimizer would add.

    With sgd this is optimistic mirror descent (x − 2h v_t + h v_{t−1}), with adam the paper's Optimistic Adam
    (algorithm 1). u_0 = 0, as there. In the bilinear game min_x max_y xy with step η < ½ the distance shrinks
    in the long run by √((1 + √(1 − 4η²)) / 2) each round.
    """

    paper: ClassVar[str] = (
        "Daskalakis et al. 2018, Training GANs with optimism, algorithm 1, arXiv:1711.00141"
    )

    def round(self, players: Sequence[Player], draw: Callable[[], Batch]) -> None:
        batch = draw()
        gradients = [player.gradient(batch) for player in players]
        for player, gradient in zip(players, gradients, strict=True):
            self._move(player, player.displacement(gradient))

    def _move(self, player: Player, updates: Sequence[Tensor]) -> None:
        before = self._previous(player)
        with torch.no_grad():
            steps = [2 * update - last for update, last in zip(updates, before, strict=True)]
            player.put([p + step for p, step in zip(player.parameters, steps, strict=True)])
            for last, update in zip(before, updates, strict=True):
                last.copy_(update)

    def _previous(self, player: Player) -> list[Tensor]:
        """u_{t−1} of each parameter. A network may move in several turns, and each turn remembers its own."""
        return [
            self.memory.setdefault(f"{player.name}/{network}.{name}", torch.zeros_like(p))
            for (network, name), p in zip(player.names, player.parameters, strict=True)
        ]

    def load_memory(self, memory: dict[str, Tensor]) -> None:
        """Which turns there are shows in the first round only; until then there is nothing to fill."""
        self.memory.update({name: value.clone() for name, value in memory.items()})
