"""Tries out one replica of a cell before anything trains."""

from typing import TYPE_CHECKING, Any

import torch

from gbench.engine.cohort import Cohort

if TYPE_CHECKING:
    from gbench.evaluation.dataset import Data
    from gbench.plugins import Registry

SAMPLES = 4


def rehearse(identity: dict[str, Any], data: "Data", registry: "Registry") -> None:
    """Builds the networks and optimizers, plays every turn once with a real batch, and samples.

    Whatever a component raises comes through: a `UserError` where it explains itself.
    """
    cohort = Cohort(identity, data, [0], registry, torch.device("cpu"))
    for player in cohort.players:
        player.objective(cohort.draw())
    cohort.sample(SAMPLES)
