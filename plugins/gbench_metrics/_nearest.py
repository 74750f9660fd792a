"""Nearest neighbours in pieces of bounded size."""

import torch
from torch import Tensor

ROWS, COLUMNS = 1000, 4000  # of a block of distances: 32 MB in float64


def nearest(points: Tensor, among: Tensor, k: int = 1) -> tuple[Tensor, Tensor]:
    """Euclidean distance [N] from each of points [N, d] to its k-th nearest of among [M, d], and which.

    In float64. The neighbour is found by products of matrices, its distance from the difference: the
    product's rounding would hide what a copy is off by.
    """
    which = torch.cat([search(block.double(), among, k) for block in points.split(ROWS)])
    rows = zip(points.split(ROWS), which.split(ROWS), strict=True)
    distance = [(block.double() - among[chosen].double()).norm(dim=1) for block, chosen in rows]
    return torch.cat(distance), which


def search(points: Tensor, among: Tensor, k: int) -> Tensor:
    """Which of among [M, d] is the k-th nearest of each of points [N, d]."""
    values, places = points.new_empty(len(points), 0), points.new_empty(len(points), 0, dtype=torch.int64)
    for start in range(0, len(among), COLUMNS):
        distances = torch.cdist(points, among[start : start + COLUMNS].double())
        here = torch.arange(start, start + distances.shape[1], device=places.device).expand_as(distances)
        values, places = torch.cat([values, distances], 1), torch.cat([places, here], 1)
        values, order = values.topk(min(k, values.shape[1]), dim=1, largest=False)
        places = places.gather(1, order)
    return places[:, -1]
