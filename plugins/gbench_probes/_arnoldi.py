"""Arnoldi's method for R operators at once, each known by its products with vectors alone."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

ROUNDING = 1e-6  # a new direction that is shorter than this share of the product is only rounding


class Ritz(NamedTuple):
    """Approximate eigenvalues of one operator."""

    #: [k], the largest first.
    values: NDArray[np.complex128]

    #: ‖Au − θu‖ of each value θ with its vector u of length 1, [k].
    residuals: NDArray[np.float64]


def eigenvalues(product: Callable[[Tensor], Tensor], start: Tensor, steps: int) -> list[Ritz]:
    """Ritz values of each of R operators [R, P] → [R, P] after `steps` steps from `start` [R, P], without
    restarts.

    An operator whose Krylov space ends early has fewer values, and one with products that are not finite has
    none. The memory holds steps + 1 vectors [R, P].
    """
    steps = min(steps, start.shape[1])
    basis = [start / start.norm(dim=1, keepdim=True)]
    hessenberg = torch.zeros(len(start), steps + 1, steps, dtype=torch.float64)
    for step in range(steps):
        image = product(basis[-1])
        length = image.norm(dim=1)
        for _ in range(2):  # a second time, because rounding leaves something the first time
            for row, vector in enumerate(basis):
                share = (vector * image).sum(1)
                hessenberg[:, row, step] += share.cpu()
                image = image - share[:, None] * vector
        rest = image.norm(dim=1)
        rest = torch.where(rest > ROUNDING * length, rest, 0.0)
        hessenberg[:, step + 1, step] = rest.cpu()
        basis.append(torch.where(rest[:, None] > 0, image / rest[:, None], 0.0))
    return [ritz(matrix) for matrix in hessenberg.numpy()]


def ritz(hessenberg: NDArray[np.float64]) -> Ritz:
    """The Ritz values of a Hessenberg matrix [m + 1, m], up to the first 0 below its diagonal."""
    below = np.diagonal(hessenberg, -1)
    size = int(np.argmax(below == 0)) + 1 if (below == 0).any() else len(below)
    square = hessenberg[:size, :size]
    if not np.isfinite(square).all():
        return Ritz(np.empty(0, np.complex128), np.empty(0))
    values, vectors = np.linalg.eig(square)
    order = np.argsort(-np.abs(values), kind="stable")
    return Ritz(values[order].astype(np.complex128), (np.abs(vectors[-1]) * below[size - 1])[order])
