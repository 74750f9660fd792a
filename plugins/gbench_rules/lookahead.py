"""Lookahead-minmax: every few rounds all players go back part of the way that they have come."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from gbench.api import Batch, Player, Setting, UserError, option
from gbench_rules.alternating import Alternating
from gbench_rules.simultaneous import Simultaneous


@dataclass(kw_only=True)
class Lookahead(Alternating):
    """After every k rounds of the base rule, for all players together,

        s ← s + α (x − s)        x ← s

    with slow weights s that begin where x does (algorithm 1; in the authors' code they begin at the first
    synchronisation). The optimizers' states go on as they are. α = 1 is the base rule.
    """

    paper: ClassVar[str] = (
        "Chavdarova et al. 2021, Taming GANs with lookahead-minmax, algorithm 1, arXiv:2006.14567"
    )

    base: Literal["alternating", "simultaneous"] = option("alternating", "the rule of the rounds in between")
    every: int = option(5, "k, rounds between synchronisations (Chavdarova et al. 2021)", ge=1)
    weight: float = option(0.5, "α, share of the way that is kept (Chavdarova et al. 2021)", ge=0, le=1)

    def begin(self, setting: Setting) -> None:
        super().begin(setting)
        if self.base == "simultaneous" and max(self.discriminator_steps, self.generator_steps) > 1:
            raise UserError("rule lookahead: simultaneous players take one step each; use base alternating")
        self.memory["played"] = torch.zeros(setting.size, dtype=torch.long, device=setting.device)
        for network, replicas in setting.networks.items():
            for name, parameter in replicas.parameters.items():
                self.memory[f"{network}.{name}"] = parameter.detach().clone()

    def round(self, players: Sequence[Player], draw: Callable[[], Batch]) -> None:
        if self.base == "simultaneous":
            Simultaneous().round(players, draw)
        else:
            super().round(players, draw)
        self._synchronise(players)

    @torch.no_grad()
    def _synchronise(self, players: Sequence[Player]) -> None:
        due = self.memory["played"].add_(1) % self.every == 0
        for player in players:
            player.put(
                [
                    self._kept(self.memory[f"{network}.{name}"], parameter, due)
                    for (network, name), parameter in zip(player.names, player.parameters, strict=True)
                ]
            )

    def _kept(self, slow: Tensor, parameter: Tensor, due: Tensor) -> Tensor:
        """Moves the slow weights of the replicas that are due; where all parameters are to go."""
        due = due.view(-1, *[1] * (slow.dim() - 1))
        slow.copy_(torch.where(due, slow.lerp(parameter, self.weight), slow))
        return torch.where(due, slow, parameter)
