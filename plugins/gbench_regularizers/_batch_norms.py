"""Replacing the batch normalisations of a network."""

from collections.abc import Callable

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm as BatchNorm

from gbench.api import Regularizer


def replace_batch_norms(
    network: nn.Module, replacement: Callable[[BatchNorm], nn.Module], regularizer: Regularizer
) -> None:
    """Puts `replacement(layer)` where a batch normalisation was; `UserError` if there is none."""
    found = [
        (parent, key, layer)
        for parent in network.modules()
        for key, layer in parent.named_children()
        if isinstance(layer, BatchNorm)
    ]
    if not found:
        on = regularizer.on
        raise regularizer.refuse(
            f"finds no batch normalisation in the {on}; set the model's option {on}_norm: batch"
        )
    for parent, key, layer in found:
        setattr(parent, key, replacement(layer))
