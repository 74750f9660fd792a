"""Alternating updates: each player moves in turn and the next one answers to what it did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch

from gbench.api import Batch, Player, Rule, Setting, option


@dataclass(kw_only=True)
class Alternating(Rule):
    """`discriminator_steps` updates of the discriminator, each with a fresh batch, then the generator's.

    A game's other turns are taken once a round, in the game's order. In thorough rounds, the first
    `thorough_start` and then every `thorough_every`-th, the discriminator takes `thorough_steps` instead: the
    code of Arjovsky et al. 2017 has 100 in the first 25 rounds and in every 500th, its paper none.
    """

    paper: ClassVar[str] = "Goodfellow et al. 2014, Generative adversarial nets, algorithm 1, arXiv:1406.2661"

    discriminator_steps: int = option(1, "updates of the discriminator in each round", ge=1)
    generator_steps: int = option(1, "updates of the generator in each round", ge=1)
    thorough_start: int = option(0, "thorough rounds at the start (25 in the WGAN code)", ge=0)
    thorough_every: int | None = option(None, "every such round is thorough too (500 in the WGAN code)", ge=1)
    thorough_steps: int = option(100, "updates of the discriminator in a thorough round (WGAN code)", ge=1)

    def begin(self, setting: Setting) -> None:
        # on the CPU, wherever the networks are, because Python decides how often a loop turns
        self.memory["rounds"] = torch.zeros(setting.size, dtype=torch.long)

    def round(self, players: Sequence[Player], draw: Callable[[], Batch]) -> None:
        steps = self.thorough_steps if self._thorough() else self.discriminator_steps
        for player in players:
            for _ in range(steps if player.judges else self._generator_steps(player)):
                player.step(player.gradient(draw()))
        self.memory["rounds"].add_(1)

    def _generator_steps(self, player: Player) -> int:
        return self.generator_steps if player.name == "generator" else 1

    def _thorough(self) -> bool:
        """Rounds count from 0, as in the WGAN code."""
        count = int(self.memory["rounds"][0])
        periodic = self.thorough_every is not None and count % self.thorough_every == 0
        return count < self.thorough_start or periodic
