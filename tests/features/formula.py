"""Weights and images made by formula, so that anybody can repeat a number without the published file."""

import math

import torch
from torch import Tensor, nn


def noise(count: int, seed: int) -> Tensor:
    """`count` numbers in [0, 1]: a hash of 0, 1, 2, ... in integers, so the same everywhere."""
    x = torch.arange(count) + 1_000_003 * seed
    for _ in range(2):
        x = ((x >> 16) ^ x) * 0x45D9F3B % 2**32
    return (((x >> 16) ^ x).double() / 2**32).float()


def formula_state(network: nn.Module) -> dict[str, Tensor]:
    """A state dictionary for the network: the k-th entry from seed k.

    Convolutions uniform with variance 2 / fan-in, batch norms in [0.5, 1.5), the last layer in [0, 0.1).
    """
    state = {}
    for seed, (name, entry) in enumerate(network.state_dict().items()):
        u = noise(entry.numel(), seed).reshape(entry.shape)
        if name.endswith("conv.weight"):
            state[name] = (u - 0.5) * math.sqrt(24 / entry[0].numel())
        elif name.startswith("fc"):
            state[name] = 0.1 * u
        else:
            state[name] = (u + 0.5).to(entry.dtype)
    return state


def formula_images(*shape: int) -> Tensor:
    """Bytes [N, C, H, W]."""
    return (256 * noise(math.prod(shape), seed=7)).floor().to(torch.uint8).reshape(shape)
