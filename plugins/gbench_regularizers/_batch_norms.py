"""Replacing the batch normalisations of a network."""

from collections.abc import Callable

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm as BatchNorm

from gbench.api import UserError


def replace_batch_norms(
    network: nn.Module, replacement: Callable[[BatchNorm], nn.Module], name: str, on: str
) -> None:
    """Puts `replacement(layer)` where a batch normalisation was; `UserError` if there is none.

    name, on: the regularizer that asks, and the network that it acts on.
    """
    found = [
        (parent, key, layer)
        for parent in network.modules()
        for key, layer in parent.named_children()
        if isinstance(layer, BatchNorm)
    ]
    if not found:
        raise UserError(
            f"{name} finds no batch normalisation in the {on}; set the model's option {on}_norm: batch"
        )
    for parent, key, layer in found:
        setattr(parent, key, replacement(layer))
