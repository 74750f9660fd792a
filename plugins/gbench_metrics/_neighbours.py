"""Nearest neighbours, by blocks: never the whole matrix of distances."""

from collections.abc import Iterator
from functools import cached_property

import torch
from torch import Tensor

BLOCK = 1 << 22  # distances at once: 16 or 32 MB
MANY = 16  # pairs, of which float32 may leave one open
SPARE = 8  # neighbours looked at beyond the k-th, for it may be one of them


def squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """‖x_i − y_j‖² [N, M] in float64, as one product (−2x, ‖x‖², 1) · (y, 1, ‖y‖²).

    Off by rounding, and so may be just below 0. In float32 it would cancel between far clusters, until the
    distances within one are lost.
    """
    return lifted(x.double())[0] @ lifted(y.double())[1].T


def lifted(x: Tensor, scale: float = 1.0) -> tuple[Tensor, Tensor]:
    """Left and right factors [N, d + 2] of squared distances, with `scale` times the squared lengths."""
    squares = scale * x.square().sum(1, keepdim=True)
    ones = torch.ones_like(squares)
    return torch.cat([-2 * x, squares, ones], 1), torch.cat([x, ones, squares], 1)


def blocks(rows: int, columns: int) -> Iterator[slice]:
    """Slices of rows of a matrix [rows, columns], few enough for one block."""
    height = max(BLOCK // columns, 1)
    return (slice(start, min(start + height, rows)) for start in range(0, rows, height))


def squared_by_blocks(x: Tensor, y: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """The same, a block of rows at a time, and which rows these are."""
    left, right = lifted(x.double())[0], lifted(y.double())[1]
    return ((rows, left[rows] @ right.T) for rows in blocks(len(x), len(y)))


def nearest(x: Tensor, y: Tensor, k: int = 1, own: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Distance [N] in float64 of each row of x [N, d] to the k-th nearest of y [M, d], and which that is [N].

    The distance is taken once more from the difference: that to a copy is 0. own: the row of y [N] that is
    not looked at, where x are rows of y themselves.
    """
    x, y = x.double(), y.double()
    found = []
    for rows, squared in squared_by_blocks(x, y):
        if own is not None:
            squared.scatter_(1, own[rows, None], torch.inf)
        found.append(squared.topk(k, largest=False).indices[:, -1] if k > 1 else squared.argmin(1))
    which = torch.cat(found)
    return (x - y[which]).norm(dim=1), which


def nearest_others(x: Tensor) -> Tensor:
    """Distance [N] of each row of x [N, d] to the nearest other row."""
    return nearest(x, x, own=torch.arange(len(x), device=x.device))[0]


class Cloud:
    """Points [N, d] whose distances are bounded by products of matrices, and exact where it matters.

    `low` never exceeds a squared distance, and `slack` is by how much it may fall short: `reach` is more than
    what rounding does to a sum of d + 2 products, in units of ‖x‖² + ‖y‖². Float32 comes first; where that
    leaves too much open, `finer` does the same in float64. What is close is taken from the differences, so
    that a distance is the same whichever of two clouds it is asked of, and that to a copy is 0.
    """

    def __init__(self, points: Tensor, centre: Tensor, dtype: torch.dtype = torch.float32):
        centred = (points.double() - centre).to(dtype)
        self.points, self.centre, self.dtype = points, centre, dtype
        self.squares = centred.square().sum(1)
        self.reach = 2 * (points.shape[1] + 8) * torch.finfo(dtype).eps
        self.left, self.right = lifted(centred, 1 - self.reach)

    def __len__(self) -> int:
        return len(self.points)

    @cached_property
    def finer(self) -> "Cloud | None":
        """The same points in float64; None where they are."""
        return None if self.dtype == torch.float64 else Cloud(self.points, self.centre, torch.float64)

    def by_blocks(self, other: "Cloud") -> Iterator[Tensor]:
        """Numbers of points, few enough for one block of distances to the other's."""
        return iter(torch.arange(len(self), device=self.points.device).split(max(BLOCK // len(other), 1)))

    def low(self, rows: Tensor, other: "Cloud") -> Tensor:
        """Lower bounds [n, M] of squared distances of some points to the other's."""
        return self.left[rows] @ other.right.T

    def slack(self, rows: Tensor, other: "Cloud", columns: Tensor) -> Tensor:
        """By how much these may be too low, for pairs."""
        return 2 * self.reach * (self.squares[rows] + other.squares[columns])

    def squared_radii(self, k: int) -> Tensor:
        """Squared distance [N] of each point to its k-th nearest other one."""
        return torch.cat([self.squared_radii_of(rows, k) for rows in self.by_blocks(self)])

    def squared_radii_of(self, rows: Tensor, k: int) -> Tensor:
        """For some points: among the nearest by `low`, unless others might be nearer."""
        low, which = self.low(rows, self).topk(min(k + 1 + SPARE, len(self)), largest=False)
        number = rows[:, None].expand_as(which)
        high = low + self.slack(number, self, which)
        unsure = ~((high < low[:, k, None]) | (low > high.kthvalue(k + 1, keepdim=True).values))
        nearest = low.to(torch.float64, copy=True)
        nearest[unsure] = squared_differences(self.points, number[unsure], self.points, which[unsure])
        radii = nearest.kthvalue(k + 1).values
        short = ~(low[:, -1] > radii) & (low.shape[1] < len(self))
        if self.finer and short.any():
            radii[short] = self.finer.squared_radii_of(rows[short], k)
        return radii

    def near(self, rows: Tensor, other: "Cloud", radii: Tensor, other_radii: Tensor) -> tuple[Tensor, ...]:
        """Pairs of which one lies in the other's open ball: numbers and squared distance, [P] each.

        radii: squared, of all points here [N] and of the other's [M]. Where a distance is surely on one side
        of both radii it may be off, but stays on that side.
        """
        low = self.low(rows, other)
        bounds = [
            torch.nextafter(r.to(self.dtype), r.new_tensor(torch.inf).to(self.dtype))
            for r in (radii[rows], other_radii)
        ]
        apart = (low >= bounds[0][:, None]).logical_and_(low >= bounds[1]).logical_and_(low.isfinite())
        row, column = apart.logical_not_().nonzero().unbind(1)
        lower, row = low[row, column].double(), rows[row]
        upper = lower + self.slack(row, other, column)
        unsure = torch.zeros_like(upper, dtype=torch.bool)
        for limit in (radii[row], other_radii[column]):
            unsure |= ~(upper < limit) & ~(lower >= limit)
        if self.finer and other.finer and MANY * int(unsure.sum()) > low.numel():
            return self.finer.near(rows, other.finer, radii, other_radii)
        upper[unsure] = squared_differences(self.points, row[unsure], other.points, column[unsure])
        return row, column, upper


def squared_differences(x: Tensor, rows: Tensor, y: Tensor, columns: Tensor) -> Tensor:
    """‖x_i − y_j‖² [P] of numbered rows of x [N, d] and y [M, d], by their differences, in float64."""
    step = max(BLOCK // x.shape[1], 1)
    pairs = zip(rows.split(step), columns.split(step), strict=True)
    squared = [(x[i].double() - y[j].double()).square().sum(1) for i, j in pairs]
    return torch.cat(squared)
