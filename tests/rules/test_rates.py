"""How fast each rule approaches an equilibrium or leaves it, against the closed forms."""

import cmath
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from .toys import NEAR, double_precision, path, radius, toy

STEP = 0.2
# near its equilibrium each game is bilinear with a strength c: x ← x − hcy, y ← y + hcx
STRENGTH = {"dirac": 0.5, "bilinear": 1.0, "rock-paper-scissors": math.sqrt(3) / 9}

# factor per round for a step h and a strength c
FACTORS: dict[str, tuple[dict[str, Any], Callable[[float, float], float]]] = {
    "simultaneous": ({}, lambda h, c: math.sqrt(1 + (h * c) ** 2)),
    "alternating": ({}, lambda h, c: 1.0),
    "extragradient": ({}, lambda h, c: math.sqrt(1 - (h * c) ** 2 + (h * c) ** 4)),
    "optimistic": ({}, lambda h, c: math.sqrt((1 + math.sqrt(1 - 4 * (h * c) ** 2)) / 2)),
    "consensus": ({"weight": 0.7}, lambda h, c: math.hypot(1 - h * 0.7 * c**2, h * c)),
    # the matrix (1 − 2hηc², −hc; hc, 1) has complex eigenvalues, so their product is its determinant
    "locally-stable": ({"weight": 0.5}, lambda h, c: math.sqrt(1 - 2 * h * 0.5 * c**2 + (h * c) ** 2)),
    # after K steps of gradient descent y is y + Kehx: what locally-stable does with η = Ke
    "unrolled": (
        {"steps": 3, "inner": "sgd", "inner_lr": 0.1},
        lambda h, c: math.sqrt(1 - 2 * h * 3 * 0.1 * c**2 + (h * c) ** 2),
    ),
}


@pytest.mark.parametrize("game", STRENGTH)
@pytest.mark.parametrize("rule", FACTORS)
def test_rate_per_round_near_the_equilibrium(rule: str, game: str) -> None:
    options, factor = FACTORS[rule]
    with double_precision():
        found = radius(path(toy(game, rule, NEAR[game], **options), 40))
    assert found == pytest.approx(factor(STEP, STRENGTH[game]), abs=5e-6)


@pytest.mark.parametrize("game", STRENGTH)
@pytest.mark.parametrize(("every", "weight"), [(5, 0.5), (6, 0.3)])
def test_lookahead_goes_a_share_of_the_way_that_simultaneous_steps_go(
    game: str, every: int, weight: float
) -> None:
    """(1 − α) + α (1 + ihc)^k every k rounds."""
    with double_precision():
        cohort = toy(game, "lookahead", NEAR[game], base="simultaneous", every=every, weight=weight)
        found = radius(path(cohort, 10 * every)[every - 1 :: every])
    expected = abs(1 - weight + weight * cmath.exp(every * cmath.log(1 + 1j * STEP * STRENGTH[game])))
    assert found == pytest.approx(expected, abs=1e-6)


def test_alternating_steps_conserve_an_ellipse() -> None:
    """x² + y² + ηxy with the discriminator's y first, x² + y² − ηxy with the generator's x first."""
    with double_precision():
        for sign in (1, -1):
            cohort = toy("bilinear", "alternating")
            cohort.players.sort(key=lambda player: sign * (player.name != "discriminator"))
            x, y = path(cohort, 200).T
            np.testing.assert_allclose(x**2 + y**2 + sign * STEP * x * y, 2 + sign * STEP, rtol=1e-12)


def test_a_bilinear_game_of_many_dimensions_is_many_of_one() -> None:
    one = toy("bilinear", "extragradient")
    many = toy("bilinear", "extragradient", {"dimensions": 3})
    np.testing.assert_allclose(path(one, 20), path(many, 20), rtol=1e-6)
    assert many.networks["generator"].parameters["x"].unique().numel() == 1


def test_rock_paper_scissors_from_afar() -> None:
    """Simultaneous steps spiral out, alternating ones cycle, the others find the even strategies."""
    start = {"generator": (0.5, 0.25, 0.25), "discriminator": (0.25, 0.5, 0.25)}
    first, last = {}, {}
    for rule in ("simultaneous", "alternating", "extragradient", "optimistic"):
        cohort = toy("rock-paper-scissors", rule, start, {"use": "sgd", "lr": 1.0})
        distances = np.linalg.norm(path(cohort, 200), axis=1)
        first[rule], last[rule] = distances[:50].max(), distances[-50:].max()
    assert last["simultaneous"] > 1.05  # pure strategies are 2/√3 away
    assert last["alternating"] == pytest.approx(first["alternating"], rel=0.02)
    assert last["extragradient"] < 0.06 * first["extragradient"]
    assert last["optimistic"] < 0.06 * first["optimistic"]
