"""Tries out one replica of a cell before anything trains."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from gbench.engine.cohort import Cohort

if TYPE_CHECKING:
    from gbench.data.dataset import Data
    from gbench.plugins import Registry

SAMPLES = 4


def rehearse(
    identity: dict[str, Any], data: "Data", registry: "Registry", also: Callable[[Cohort], None] | None = None
) -> list[str]:
    """Builds the networks and optimizers, plays every turn once with a real batch, samples, then does `also`.

    Returns what components have to note. Whatever they raise comes through: a `UserError` where they explain
    themselves.
    """
    cohort = Cohort(identity, data, [0], registry, torch.device("cpu"))
    for player in cohort.players:
        player.objective(cohort.draw())
    cohort.sample(SAMPLES)
    if also is not None:
        also(cohort)
    return cohort.stage.notes
