"""The Dirac-GAN through the real engine, against the closed forms of Mescheder et al. 2018."""

import math

import numpy as np
import pytest
import torch

from gbench.data.dataset import Data
from gbench.engine.cohort import Cohort
from gbench.testing import make_cohort, make_recipe, use

STEP = 0.2
POINT = Data(train={"real": torch.zeros(4, 1)}, test={"real": torch.zeros(4, 1)})
SGD = {"use": "sgd", "lr": STEP}


def dirac(rule: str, regularizers: list | None = None, loss: str = "minimax", **start: float) -> Cohort:
    recipe = make_recipe(
        dataset=use("dataset", "point-mass"),
        game=use("game", "dirac", **({"theta": 1.0, "psi": -1.0} | start)),
        model=None,
        loss=use("loss", loss),
        rule=use("rule", rule),
        regularizers=regularizers or [],
        optimizer=SGD,
        budget={"steps": 1000, "batch_size": 1, "measurements": 1},
    )
    return make_cohort(recipe, POINT, range(1))


def play(cohort: Cohort, rounds: int) -> np.ndarray:
    """(θ, ψ) of the paper after each round; our ψ has the other sign."""
    path = []
    for _ in range(rounds):
        cohort.round()
        theta = cohort.networks["generator"].parameters["theta"].item()
        psi = cohort.networks["discriminator"].parameters["psi"].item()
        path.append((theta, -psi))
    return np.array(path)


def r1(weight: float) -> list:
    return [use("regularizer", "zero-centered-penalty", weight=weight)]


@pytest.mark.parametrize(
    ("rule", "first", "end"),
    [
        ("simultaneous", "discriminator", (-2.16161, -2.21778)),
        ("alternating", "generator", (0.68683, 1.24401)),
        ("alternating", "discriminator", (1.07955, 0.91104)),
    ],
)
def test_unregularised_minimax_ends_where_the_recursion_ends(
    rule: str, first: str, end: tuple[float, float]
) -> None:
    cohort = dirac(rule)
    cohort.players.sort(key=lambda player: player.name != first)
    np.testing.assert_allclose(play(cohort, 500)[-1], end, atol=2e-5)


@pytest.mark.parametrize(
    ("rule", "weight", "radius"),
    [
        ("simultaneous", 0.3, 0.974679),
        ("alternating", 0.3, 0.969536),
        ("simultaneous", 0.0, 1.004988),
        ("alternating", 0.0, 1.0),
    ],
)
def test_rate_per_step_near_the_equilibrium(rule: str, weight: float, radius: float) -> None:
    cohort = dirac(rule, r1(weight) if weight else None, theta=1e-4, psi=1e-4)
    distances = np.linalg.norm(play(cohort, 400), axis=1)
    # over many turns of the spiral, so that its ellipse averages out
    assert (distances[-1] / distances[79]) ** (1 / 320) == pytest.approx(radius, abs=4e-4)


@pytest.mark.parametrize(("rule", "end"), [("simultaneous", 2.64e-6), ("alternating", 2.30e-7)])
def test_r1_converges(rule: str, end: float) -> None:
    cohort = dirac(rule, r1(0.3))
    cohort.players.sort(key=lambda player: player.name != "generator")
    assert np.linalg.norm(play(cohort, 500)[-1]) == pytest.approx(end, rel=2e-3)


def test_above_the_critical_weight_it_no_longer_oscillates() -> None:
    """γ > 1 makes both eigenvalues of the Jacobian real."""
    damped = play(dirac("simultaneous", r1(1.5), theta=1e-3, psi=0.0), 300)[:, 0]
    oscillating = play(dirac("simultaneous", r1(0.3), theta=1e-3, psi=0.0), 300)[:, 0]
    assert np.all(damped > 0)
    assert np.any(oscillating < 0)


@pytest.mark.parametrize(
    ("loss", "regularizer"),
    [("wasserstein", "weight-clipping"), ("wasserstein", "gradient-penalty"), ("minimax", None)],
)
def test_methods_that_do_not_converge_stay_away(loss: str, regularizer: str | None) -> None:
    options = {"limit": 1.0} if regularizer == "weight-clipping" else {}
    regularizers = [use("regularizer", regularizer, **options)] if regularizer else []
    distances = np.abs(play(dirac("alternating", regularizers, loss), 1000)[-200:, 0])
    assert distances.max() > 0.05


def test_r2_is_r1_of_the_mirrored_game() -> None:
    """Both gradients of ψx are ψ, wherever x is."""
    fake = [use("regularizer", "zero-centered-penalty", weight=0.3, at="fake")]
    np.testing.assert_allclose(
        play(dirac("simultaneous", fake), 50), play(dirac("simultaneous", r1(0.3)), 50), rtol=1e-5
    )


def test_instance_noise_damps_at_the_rate_of_its_variance() -> None:
    """Eigenvalues f''σ² ± √(f''²σ⁴ − f'²), f' = ½, f'' = −¼: radius of 1 + hλ for a large batch."""
    sigma, step = 1.0, STEP
    noise = [use("regularizer", "instance-noise", start=sigma, end=sigma)]
    recipe = make_recipe(
        dataset=use("dataset", "point-mass"),
        game=use("game", "dirac", theta=0.5, psi=0.5),
        model=None,
        loss=use("loss", "minimax"),
        rule=use("rule", "simultaneous"),
        regularizers=noise,
        optimizer=SGD,
        budget={"steps": 1000, "batch_size": 20_000, "measurements": 1},
    )
    distances = np.linalg.norm(play(make_cohort(recipe, POINT, range(1)), 120), axis=1)
    eigenvalue = -0.25 * sigma**2 + complex(0, math.sqrt(0.25 - 0.0625 * sigma**4))
    expected = abs(1 + step * eigenvalue)
    assert (distances[79] / distances[19]) ** (1 / 60) == pytest.approx(expected, abs=0.02)


def test_replicas_may_start_apart() -> None:
    recipe = make_recipe(
        dataset=use("dataset", "point-mass"),
        game=use("game", "dirac", jitter=0.1),
        model=None,
        optimizer=SGD,
    )
    starts = make_cohort(recipe, POINT, range(3)).networks["generator"].parameters["theta"]
    assert len(set(starts.tolist())) == 3
    assert torch.all((starts - 1).abs() < 0.6)
