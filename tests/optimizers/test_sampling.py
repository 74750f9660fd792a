"""Optimizers that sample, on L(θ) = ½ k θ², whose posterior is normal, and where all is known."""

import math

import numpy as np
import pytest
import torch
from scipy.linalg import solve_discrete_lyapunov
from torch import Tensor

from .stepping import begun, drawn, path

K = 2.0
COUNT = 20_000  # numbers that move independently; the variance's standard error is 1 %


def settled(name: str, steps: int, **options: float | str) -> Tensor:
    """`[2, COUNT]` after many steps from 0, of two replicas."""
    theta = torch.zeros(2, COUNT)
    made = begun(name, [theta], **options)
    for _ in range(steps):
        theta.grad = K * theta.detach()
        made.step()
    return theta.detach().double()


@pytest.mark.parametrize(("lr", "samples"), [(0.05, 100), (0.4, 7)])
def test_sgld_reaches_the_variance_of_its_recursion(lr: float, samples: int) -> None:
    """θ ← (1 − ηk) θ + n has variance (2η/N) / (1 − (1 − ηk)²) = 1 / (N k (1 − ηk/2))."""
    theta = settled("sgld", 100, lr=lr, samples=samples)
    expected = 1 / (samples * K * (1 - lr * K / 2))
    np.testing.assert_allclose(theta.var(1).numpy(), expected, rtol=0.04)
    np.testing.assert_allclose(theta.mean(1).numpy(), 0, atol=4 * math.sqrt(expected / COUNT))
    assert abs(np.corrcoef(theta.numpy())[0, 1]) < 0.03  # a replica's noise is its own


def test_sgld_with_a_prior() -> None:
    """Weight decay 1/(Nσ²) narrows the posterior to variance 1 / (N k + 1/σ²)."""
    theta = settled("sgld", 1200, lr=0.005, samples=50, weight_decay=1 / (50 * 0.01))
    np.testing.assert_allclose(theta.var(1).numpy(), 1 / (50 * K + 1 / 0.01), rtol=0.05)


def lyapunov(lr: float, friction: float, deviation: float) -> float:
    """The stationary variance of θ in v ← (1 − α) v − ηkθ + n, θ ← θ + v."""
    keep = 1 - friction
    step = np.array([[1 - lr * K, keep], [-lr * K, keep]])
    return float(solve_discrete_lyapunov(step, deviation**2 * np.ones((2, 2)))[0, 0])


@pytest.mark.parametrize("friction", [0.3, 1.0])
def test_sghmc_reaches_the_variance_of_its_recursion(friction: float) -> None:
    theta = settled("sghmc", 300, lr=0.05, friction=friction, samples=40)
    expected = lyapunov(0.05, friction, math.sqrt(2 * friction * 0.05 / 40))
    np.testing.assert_allclose(theta.var(1).numpy(), expected, rtol=0.04)


def test_sghmc_samples_the_posterior_where_steps_are_small() -> None:
    """Variance 1 / (N k), whatever the friction; the recursion's own variance says how near it is."""
    for friction in (0.1, 0.5):
        deviation = math.sqrt(2 * friction * 1e-4 / 40)
        assert lyapunov(1e-4, friction, deviation) == pytest.approx(1 / (40 * K), rel=0.06)


def test_the_bayesian_gans_noise_is_on_the_gradient() -> None:
    """v ← (1 − α) v − η (g + s ξ / N)."""
    options = {"lr": 0.05, "friction": 0.5, "samples": 10, "deviation": 3.0}
    theta = settled("sghmc", 300, noise="gradient", **options)
    np.testing.assert_allclose(theta.var(1).numpy(), lyapunov(0.05, 0.5, 0.05 * 3.0 / 10), rtol=0.04)


def test_without_noise_sghmc_is_momentum() -> None:
    """With α = 1 − μ and no deviation: sgd's momentum, whose buffer is −v/η."""
    start, gradients = drawn(0)[0], [drawn(step)[0] for step in range(1, 5)]
    options = {"noise": "gradient", "deviation": 0.0, "friction": 0.25}
    ours = path("sghmc", start, gradients, lr=0.1, **options)
    theirs = path("sgd", start, gradients, lr=0.1, momentum=0.75)
    for own, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(own, other, rtol=1e-12, atol=1e-12)
