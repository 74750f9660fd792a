"""Tries out one replica of a cell before anything trains."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch

from gbench.engine.cohort import Cohort
from gbench.engine.regularizer import HOOKS
from gbench.errors import UserError

if TYPE_CHECKING:
    from gbench.data.dataset import Data
    from gbench.plugins import Registry
    from gbench.recipe import Recipe

SAMPLES = 4


def rehearse(
    recipe: "Recipe",
    data: "Data",
    registry: "Registry",
    mode: str = "auto",
    also: Callable[[Cohort], None] | None = None,
) -> list[str]:
    """Builds networks and optimizers, takes every turn once with a real batch, samples, then does `also`.

    Returns what components have to note. Whatever they raise comes through: a `UserError` where they explain
    themselves, and one for a component that nothing has asked for anything.
    """
    cohort = Cohort(recipe, data, [0], registry, torch.device("cpu"), mode)
    for player in cohort.players:
        player.step(player.gradient(cohort.draw()))
    check_asked(cohort)
    cohort.inference.generated(SAMPLES)
    if also is not None:
        also(cohort)
    return cohort.stage.notes


def check_asked(cohort: Cohort) -> None:
    """Raises UserError where a component has been left out: its results would say that it has no effect."""
    asked, game = cohort.stage.asked, cohort.game.name
    for regularizer in cohort.regularizers:
        for hook in HOOKS:
            if regularizer.offers(hook) and (id(regularizer), hook) not in asked:
                raise UserError(
                    f"{regularizer.name} on {regularizer.on} would have no effect: no turn of game {game} "
                    f"asks for its {hook}; drop it, or set its `on` to another network"
                )
    loss = cohort.stage.loss
    if "loss" in cohort.game.uses and not any(component == id(loss) for component, _ in asked):
        raise UserError(f"loss {loss.name} would have no effect: no turn of game {game} asks for it")
