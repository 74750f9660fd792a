"""The contract of rules: how the turns' gradients become updates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from gbench.engine.batch import Batch
from gbench.engine.player import Player
from gbench.engine.stateful import Stateful


@dataclass(kw_only=True)
class Rule(Stateful):
    """One round of training.

    Example:
        @dataclass(kw_only=True)
        class Simultaneous(Rule):
            def round(self, players, draw):
                batch = draw()
                gradients = [player.gradient(batch) for player in players]
                for player, gradient in zip(players, gradients):
                    player.step(gradient)
    """

    paper: ClassVar[str] = ""

    def check(self, players: Sequence[Player]) -> None:
        """Raises UserError on players that the rule cannot move; asked once, before the first round."""

    def round(self, players: Sequence[Player], draw: Callable[[], Batch]) -> None:
        """Moves every player; `draw()` gives a fresh batch."""
        raise NotImplementedError
