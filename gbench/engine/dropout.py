"""Dropout that is a function of (replica, pass), so that a replica's numbers are its own."""

import torch
from torch import Tensor, nn

UNIFORM_BITS = 24


class Dropout(nn.Module):
    """`nn.Dropout` whose mask comes from a counter and a seed, both buffers of the network.

    torch's dropout draws from one global generator: under vmap and in a loop, alone and in a cohort, a
    replica would get other masks. Here element i of pass n is kept if hash(seed, n, i) is at least `p`.

    p: share of the elements that become zero, in [0, 1); the others are divided by 1 − p.
    """

    seed: Tensor
    passes: Tensor

    def __init__(self, p: float = 0.5):
        super().__init__()
        self.p = p
        self.register_buffer("seed", torch.randint(2**62, ()))
        self.register_buffer("passes", torch.zeros((), dtype=torch.long))

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        with torch.no_grad():
            self.passes.add_(1)
            index = torch.arange(x.numel(), device=x.device).view(x.shape)
            bits = _mix(index + _mix(self.seed + self.passes))
            kept = _shift(bits, 64 - UNIFORM_BITS) >= self.p * 2**UNIFORM_BITS
        return x * kept / (1 - self.p)

    def extra_repr(self) -> str:
        return f"p={self.p}"


def _mix(z: Tensor) -> Tensor:
    """The finaliser of splitmix64 (Steele et al. 2014) on int64, which wraps around."""
    z = (z ^ _shift(z, 30)) * -0x40A7B892E31B1A47
    z = (z ^ _shift(z, 27)) * -0x6B2FB644ECCEEE15
    return z ^ _shift(z, 31)


def _shift(z: Tensor, bits: int) -> Tensor:
    """Logical shift to the right, where `>>` would carry the sign."""
    return (z >> bits) & ((1 << (64 - bits)) - 1)
