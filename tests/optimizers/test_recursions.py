"""Steps against the papers' recursions, written down again in numpy, one number or one matrix at a time."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from gbench_optimizers.muon import is_matrix

from .stepping import REPLICAS, drawn, path

Array = NDArray[np.float64]
STEPS = 6


def walk(shape: tuple[int, ...]) -> tuple[Tensor, list[Tensor]]:
    """A start `[R, *shape]` and some gradients."""
    return drawn(0, [shape])[0], [drawn(step, [shape])[0] for step in range(1, STEPS + 1)]


def numbers(
    recursion: Callable[[float, list[float]], Iterator[float]], start: Tensor, gradients: list[Tensor]
):
    """`[steps, ...]`: the recursion for each number of the parameter."""
    columns = zip(*(gradient.flatten().tolist() for gradient in gradients), strict=True)
    paths = [list(recursion(x, list(g))) for x, g in zip(start.flatten().tolist(), columns, strict=True)]
    return torch.tensor(paths, dtype=torch.float64).T.reshape(len(gradients), *start.shape)


def adabelief(x: float, gradients: list[float]) -> Iterator[float]:
    """Zhuang et al. 2020, algorithm 2: lr .1, β (.5, .9), ε 1e-3; decoupled decay .2."""
    m = s = 0.0
    for t, g in enumerate(gradients, 1):
        m = 0.5 * m + 0.5 * g
        s = 0.9 * s + 0.1 * (g - m) ** 2 + 1e-3
        x = x - 0.1 * 0.2 * x
        x = x - 0.1 * (m / (1 - 0.5**t)) / ((s / (1 - 0.9**t)) ** 0.5 + 1e-3)
        yield x


def lion(x: float, gradients: list[float]) -> Iterator[float]:
    """Chen et al. 2023, algorithm 2: lr .1, β (.6, .8), λ .2."""
    m = 0.0
    for g in gradients:
        c = 0.6 * m + 0.4 * g
        x = x - 0.1 * ((c > 0) - (c < 0) + 0.2 * x)
        m = 0.8 * m + 0.2 * g
        yield x


def adamw(x: float, gradients: list[float]) -> Iterator[float]:
    """Loshchilov and Hutter 2019, algorithm 2, with λ times the learning rate: lr .1, β (.5, .9), λ .2."""
    m = v = 0.0
    for t, g in enumerate(gradients, 1):
        m, v = 0.5 * m + 0.5 * g, 0.9 * v + 0.1 * g * g
        x = x - 0.1 * ((m / (1 - 0.5**t)) / ((v / (1 - 0.9**t)) ** 0.5 + 1e-8) + 0.2 * x)
        yield x


@pytest.mark.parametrize(
    ("recursion", "options"),
    [
        (adabelief, {"betas": [0.5, 0.9], "eps": 1e-3}),
        (lion, {"betas": [0.6, 0.8]}),
        (adamw, {"betas": [0.5, 0.9]}),
    ],
)
def test_each_number_follows_the_recursion(recursion, options) -> None:
    start, gradients = walk((4, 3))
    found = torch.stack(path(recursion.__name__, start, gradients, lr=0.1, weight_decay=0.2, **options))
    torch.testing.assert_close(found, numbers(recursion, start, gradients), rtol=1e-12, atol=1e-12)


def test_lion_stays_where_no_gradient_ever_was() -> None:
    start = drawn(0, [(3,)])[0]
    assert torch.equal(path("lion", start, [torch.zeros_like(start)])[0], start)


# Muon


def quintic(matrix: Array, iterations: int) -> Array:
    """U f(Σ) Vᵀ with f what the iteration makes of each singular value of the scaled matrix."""
    u, sigma, v = np.linalg.svd(matrix, full_matrices=False)
    sigma = sigma / (np.linalg.norm(sigma) + 1e-7)
    for _ in range(iterations):
        sigma = 3.4445 * sigma - 4.7750 * sigma**3 + 2.0315 * sigma**5
    return u * sigma @ v


def muon(x: Array, gradients: list[Array], nesterov: bool, iterations: int) -> Iterator[Array]:
    """Jordan et al. 2024: lr .1, μ .8, decay .2."""
    shape, b = x.shape, np.zeros_like(x)
    for g in gradients:
        b = 0.8 * b + 0.2 * g
        direction = (0.8 * b + 0.2 * g if nesterov else b).reshape(shape[0], -1)
        rows, columns = direction.shape
        update = quintic(direction, iterations) * max(1.0, rows / columns) ** 0.5
        x = (1 - 0.1 * 0.2) * x - 0.1 * update.reshape(shape)
        yield x


@pytest.mark.parametrize(("nesterov", "iterations"), [(True, 5), (False, 3)])
@pytest.mark.parametrize("shape", [(4, 3), (3, 5), (2, 3, 2, 2), (6, 2, 1)])
def test_muon_sets_the_singular_values_of_each_replicas_momentum(
    shape: tuple[int, ...], nesterov: bool, iterations: int
) -> None:
    start, gradients = walk(shape)
    options = {"lr": 0.1, "momentum": 0.8, "weight_decay": 0.2}
    found = path("muon", start, gradients, nesterov=nesterov, iterations=iterations, **options)
    for replica in range(REPLICAS):
        own = [gradient[replica].numpy() for gradient in gradients]
        expected = muon(start[replica].numpy(), own, nesterov, iterations)
        for step, x in zip(found, expected, strict=True):
            np.testing.assert_allclose(step[replica].numpy(), x, rtol=1e-9, atol=1e-9)


def test_muons_step_is_about_orthogonal() -> None:
    """Singular values that are not tiny come near 1."""
    gradient = torch.linalg.qr(drawn(1, [(6, 6)])[0])[0] * torch.linspace(0.1, 1, 6, dtype=torch.float64)
    [moved] = path("muon", torch.zeros_like(gradient), [gradient], lr=1.0)
    values = torch.linalg.svdvals(moved)
    assert ((values > 0.65) & (values < 1.25)).all()


@pytest.mark.parametrize("shape", [(5,), (1, 5), (5, 1), (1, 4, 2, 2), (4, 1, 1, 1), ()])
def test_muon_moves_what_is_no_matrix_by_adamw(shape: tuple[int, ...]) -> None:
    start, gradients = walk(shape)
    assert not is_matrix(start)
    muon = path("muon", start, gradients, adam_lr=0.1, weight_decay=0.2)
    adam = path("adamw", start, gradients, lr=0.1, betas=[0.9, 0.95], eps=1e-10, weight_decay=0.2)
    for ours, theirs in zip(muon, adam, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)
