"""Layers whose weights are matrices."""

from torch import nn
from torch.nn.modules.conv import _ConvNd as Convolution

TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


def weighted_layers(network: nn.Module) -> list[tuple[nn.Linear | Convolution, int]]:
    """Linear and convolutional layers, each with the axis of its weight that counts its outputs."""
    layers = [layer for layer in network.modules() if isinstance(layer, nn.Linear | Convolution)]
    return [(layer, 1 if isinstance(layer, TRANSPOSED) else 0) for layer in layers]
