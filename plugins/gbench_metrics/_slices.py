"""Optimal transport along lines, where the best plan keeps the order of the points."""

import numpy as np
import torch
from torch import Tensor


def unit_vectors(dimensions: int, count: int) -> Tensor:
    """Directions as columns, [d, count or more], in float64: orthonormal bases one after the other.

    The last basis is complete, so there may be more than `count`. Each direction is uniform on the sphere,
    and bases distribute them more evenly than independent draws. They are always the same.
    """
    generator = torch.Generator().manual_seed(0)
    bases, size = -(-count // dimensions), min(dimensions, count)
    normal = torch.randn(bases, dimensions, size, generator=generator, dtype=torch.float64)
    columns, _ = torch.linalg.qr(normal)
    return columns.transpose(0, 1).flatten(1)


def in_order(columns: Tensor) -> Tensor:
    """Each column of [N, K], sorted; on a CPU by numpy, which needs a third of torch's time."""
    if columns.device.type != "cpu":
        return columns.sort(0).values
    return torch.from_numpy(np.sort(columns.T.contiguous().numpy(), axis=1)).T


def transport_costs(x: Tensor, y: Tensor, power: int) -> Tensor:
    """Least mean cost |x − y|^power [K] of moving each column of x [N, K] onto that of y [M, K].

    Columns must be sorted. Every row of x weighs 1/N, and every row of y 1/M.
    """
    if len(x) == len(y):
        return (x - y).abs().pow(power).mean(0)
    rows, columns, weights = quantile_plan(len(x), len(y), x.device)
    return ((x[rows] - y[columns]).abs().pow(power) * weights.to(x)[:, None]).sum(0)


def quantile_plan(n: int, m: int, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Which of n equal weights goes to which of m, in order: rows, columns and amounts, [P] with P < n + m
    each.
    """
    ends = torch.cat([m * torch.arange(1, n + 1), n * torch.arange(1, m + 1)]).unique().to(device)
    weights = ends.diff(prepend=ends.new_zeros(1)).double() / (n * m)
    return (ends - 1) // m, (ends - 1) // n, weights
