"""torch's optimizers on stacked parameters: all elementwise, so R replicas are R optimizers."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

OPTIMIZERS: dict[str, type[torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "rmsprop": torch.optim.RMSprop,
    "sgd": torch.optim.SGD,
}
FUSED = {"adam", "sgd"}


def build_optimizer(options: dict[str, Any], parameters: Sequence[Tensor]) -> torch.optim.Optimizer:
    """The optimizer that a cell names: `{"use": "adam", "lr": 1e-4, "betas": [0.0, 0.9], ...}`."""
    settings = dict(options)
    name = settings.pop("use")
    if "betas" in settings:
        settings["betas"] = tuple(map(float, settings["betas"]))
    if name in FUSED:
        settings["fused"] = True
    return OPTIMIZERS[name](list(parameters), **settings)
