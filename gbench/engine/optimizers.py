"""torch's optimizers on stacked parameters: all elementwise, so R replicas are R optimizers."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from gbench.plugins.component import Chosen

OPTIMIZERS: dict[str, type[torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "rmsprop": torch.optim.RMSprop,
    "sgd": torch.optim.SGD,
}
FUSED = {"adam", "sgd"}


def build_optimizer(chosen: Chosen, parameters: Sequence[Tensor]) -> torch.optim.Optimizer:
    """The optimizer that a recipe names, on stacked parameters."""
    settings: dict[str, Any] = dict(chosen.options)
    name = chosen.use
    if "betas" in settings:
        settings["betas"] = tuple(map(float, settings["betas"]))
    if name in FUSED:
        settings["fused"] = True
    return OPTIMIZERS[name](list(parameters), **settings)
