"""Plays one turn of a small cohort, and asks whom a number would move."""

from typing import Any

import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.engine.batch import Batch
from gbench.engine.cohort import Cohort
from gbench.engine.play import Play
from gbench.testing import images, make_cohort, make_recipe, use


def small(
    game: str, data: Data | None = None, options: dict[str, Any] | None = None, **changes: Any
) -> Cohort:
    """Two replicas of a game with narrow networks."""
    parts = {"game": use("game", game, **options or {}), "model": use("model", "mlp", latents=3, width=8)}
    return make_cohort(make_recipe(**parts | changes), data or images(16), range(2))


def play(cohort: Cohort, turn: str, batch: Batch | None = None) -> Play:
    """What a turn plays, as it does before a step."""
    [player] = [player for player in cohort.players if player.name == turn]
    with cohort.stage.playing(player.moving, coupled=False):
        return player.turn.play(batch or cohort.draw())


def moves(cohort: Cohort, number: Tensor) -> set[str]:
    """The networks whose parameters a number depends on."""
    found = set()
    for name, network in cohort.networks.items():
        parameters = list(network.parameters.values())
        gradients = torch.autograd.grad(
            number.sum(), parameters, retain_graph=True, allow_unused=True, materialize_grads=True
        )
        if any(gradient.any() for gradient in gradients):
            found.add(name)
    return found


def silence(cohort: Cohort, network: str) -> None:
    """Makes a discriminator say 0 of everything."""
    with torch.no_grad():
        for name, parameter in cohort.networks[network].parameters.items():
            if name.startswith("head"):
                parameter.zero_()
