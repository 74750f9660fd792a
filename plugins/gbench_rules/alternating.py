"""Alternating updates: each player moves in turn and the next one answers to what it did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from gbench.api import Batch, Player, Rule, option


@dataclass(kw_only=True)
class Alternating(Rule):
    """`discriminator_steps` updates of the discriminator, each with a fresh batch, then the generator's.

    A game's other turns are taken once a round, in the game's order.
    """

    paper: ClassVar[str] = "Goodfellow et al. 2014, Generative adversarial nets, algorithm 1, arXiv:1406.2661"

    discriminator_steps: int = option(1, "updates of the discriminator in each round", ge=1)
    generator_steps: int = option(1, "updates of the generator in each round", ge=1)

    def round(self, players: Sequence[Player], draw: Callable[[], Batch]) -> None:
        repeats = {"discriminator": self.discriminator_steps, "generator": self.generator_steps}
        for player in players:
            for _ in range(repeats.get(player.name, 1)):
                player.step(player.gradient(draw()))
