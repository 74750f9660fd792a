"""Nearest neighbours, block by block, because the whole matrix of distances would not fit into memory."""

from collections.abc import Iterator
from functools import cached_property

import torch
from torch import Tensor

BLOCK = 1 << 22  # distances that are held together: 16 MB in float32, 32 MB in float64
MAX_OPEN = 1 / 16  # share of pairs that float32 may leave undecided before float64 is used instead
SPARE = 8  # neighbours that are looked at beyond the k-th, because rounding may have put it among them


def squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """‖x_i − y_j‖² [N, M] in float64, as one product (−2x, ‖x‖², 1) · (y, 1, ‖y‖²).

    Rounding may leave it just below 0. In float32 the three terms would cancel for points far from the
    origin, until small distances are lost.
    """
    return lifted(x.double())[0] @ lifted(y.double())[1].T


def lifted(x: Tensor, scale: float = 1.0) -> tuple[Tensor, Tensor]:
    """Left and right factors [N, d + 2] of squared distances, with the squared lengths times `scale`."""
    squares = scale * x.square().sum(1, keepdim=True)
    ones = torch.ones_like(squares)
    return torch.cat([-2 * x, squares, ones], 1), torch.cat([x, ones, squares], 1)


def blocks(rows: int, columns: int) -> Iterator[slice]:
    """Slices of the rows of a matrix [rows, columns]; each holds at most `BLOCK` numbers, or one row."""
    height = max(BLOCK // columns, 1)
    return (slice(start, min(start + height, rows)) for start in range(0, rows, height))


def squared_by_blocks(x: Tensor, y: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """Squared distances as above, a block of rows at a time: which rows, and their distances to all of y."""
    left, right = lifted(x.double())[0], lifted(y.double())[1]
    return ((rows, left[rows] @ right.T) for rows in blocks(len(x), len(y)))


def nearest(x: Tensor, y: Tensor, k: int = 1, own: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Distance [N] in float64 of each row of x [N, d] to the k-th nearest of y [M, d], and its index [N].

    The distance is taken again from the difference of the two rows, so that the distance to a copy is 0.
    If the rows of x are rows of y themselves, `own` [N] says which; then no row is a neighbour of itself.
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
    """Points [N, d] whose distances are bounded by a fast product of matrices, and exact where it matters.

    To compare a squared distance s with a radius, s must be exact only if it is near the radius. So a product
    in float32 gives bounds `low` ≤ s ≤ `low + slack`. Where they decide the comparison they are enough; in
    the few other pairs s is computed from the differences in float64. If too many pairs are left undecided,
    as with points in tight and distant clusters, `finer` does the same with a product in float64.

    Distances from differences do not depend on the order of the two points, and the distance to a copy is 0.
    So two clouds that hold the same points agree on every distance that decides something.
    """

    def __init__(self, points: Tensor, centre: Tensor, dtype: torch.dtype = torch.float32):
        centred = (points.double() - centre).to(dtype)  # short vectors, whose products round off less
        self.points, self.centre, self.dtype = points, centre, dtype
        self.squares = centred.square().sum(1)
        # More than rounding can change a sum of d + 2 products, relative to ‖x‖² + ‖y‖². Squared lengths that
        # are smaller by this share make the product a lower bound, whichever way it was rounded.
        self.reach = 2 * (points.shape[1] + 8) * torch.finfo(dtype).eps
        self.left, self.right = lifted(centred, 1 - self.reach)

    def __len__(self) -> int:
        return len(self.points)

    @cached_property
    def finer(self) -> "Cloud | None":
        """The same points with products in float64; None if these are."""
        return None if self.dtype == torch.float64 else Cloud(self.points, self.centre, torch.float64)

    def by_blocks(self, other: "Cloud") -> Iterator[Tensor]:
        """Indices of points, in blocks whose distances to all of the other's points fit into `BLOCK`."""
        return iter(torch.arange(len(self), device=self.points.device).split(max(BLOCK // len(other), 1)))

    def low(self, rows: Tensor, other: "Cloud") -> Tensor:
        """Lower bounds [n, M] of the squared distances of some points to all of the other's."""
        return self.left[rows] @ other.right.T

    def slack(self, rows: Tensor, other: "Cloud", columns: Tensor) -> Tensor:
        """By how much these bounds may be too low, for pairs of points."""
        return 2 * self.reach * (self.squares[rows] + other.squares[columns])

    def squared_radii(self, k: int) -> Tensor:
        """Squared distance [N] of each point to its k-th nearest other one."""
        return torch.cat([self.squared_radii_of(rows, k) for rows in self.by_blocks(self)])

    def squared_radii_of(self, rows: Tensor, k: int) -> Tensor:
        """The same of some points."""
        # Candidates: a few more than the k nearest by `low`, and the point itself, which is the very nearest.
        low, which = self.low(rows, self).topk(min(k + 1 + SPARE, len(self)), largest=False)
        number = rows[:, None].expand_as(which)
        high = low + self.slack(number, self, which)
        # A candidate is surely nearer than the k-th if its upper bound lies below the k-th lower bound, and
        # surely farther if its lower bound lies above the k-th upper bound. Only the others are computed.
        unsure = ~((high < low[:, k, None]) | (low > high.kthvalue(k + 1, keepdim=True).values))
        nearest = low.to(torch.float64, copy=True)
        nearest[unsure] = squared_differences(self.points, number[unsure], self.points, which[unsure])
        radii = nearest.kthvalue(k + 1).values
        # Where even the last candidate's bound is not above the radius, a point outside might be nearer.
        short = ~(low[:, -1] > radii) & (low.shape[1] < len(self))
        if self.finer and short.any():
            radii[short] = self.finer.squared_radii_of(rows[short], k)
        return radii

    def near(self, rows: Tensor, other: "Cloud", radii: Tensor, other_radii: Tensor) -> tuple[Tensor, ...]:
        """Pairs of a point here and one of the other's where one may lie in the open ball around the other.

        Gives the index here, the index there and the squared distance, [P] each. `radii` [N] and
        `other_radii` [M] are the squared radii of all points. A distance that is surely on one side of both
        radii may be inexact, but it lies on that side.
        """
        low = self.low(rows, other)
        # The smallest number of `low`'s type above each radius: rounding to that type must not lose a pair.
        bounds = [
            torch.nextafter(r.to(self.dtype), r.new_tensor(torch.inf).to(self.dtype))
            for r in (radii[rows], other_radii)
        ]
        # Most pairs are surely apart. In place, because these matrices are the largest of all.
        apart = (low >= bounds[0][:, None]).logical_and_(low >= bounds[1]).logical_and_(low.isfinite())
        row, column = apart.logical_not_().nonzero().unbind(1)
        lower, row = low[row, column].double(), rows[row]
        upper = lower + self.slack(row, other, column)
        # Undecided: the bounds lie on both sides of one of the two radii.
        unsure = torch.zeros_like(upper, dtype=torch.bool)
        for limit in (radii[row], other_radii[column]):
            unsure |= ~(upper < limit) & ~(lower >= limit)
        if self.finer and other.finer and int(unsure.sum()) > MAX_OPEN * low.numel():
            return self.finer.near(rows, other.finer, radii, other_radii)
        upper[unsure] = squared_differences(self.points, row[unsure], other.points, column[unsure])
        return row, column, upper


def squared_differences(x: Tensor, rows: Tensor, y: Tensor, columns: Tensor) -> Tensor:
    """‖x_i − y_j‖² [P] in float64, from differences: i are `rows` of x [N, d], j `columns` of y [M, d]."""
    step = max(BLOCK // x.shape[1], 1)
    pairs = zip(rows.split(step), columns.split(step), strict=True)
    squared = [(x[i].double() - y[j].double()).square().sum(1) for i, j in pairs]
    return torch.cat(squared)
