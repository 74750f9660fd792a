"""Glicko-2 against Glickman's worked example and against what the system promises."""

import math

import pytest

from gbench_contests._glicko import SCALE, Rating, new_volatility, rated

GAMES = [(Rating(1400, 30), 1.0), (Rating(1550, 100), 0.0), (Rating(1700, 300), 0.0)]


def test_the_worked_example_of_the_paper() -> None:
    after = rated(Rating(1500, 200, 0.06), GAMES, tau=0.5)
    assert after.rating == pytest.approx(1464.06, abs=0.01)
    assert after.deviation == pytest.approx(151.52, abs=0.01)
    assert after.volatility == pytest.approx(0.05999, abs=1e-5)


def test_the_steps_between_are_those_of_the_example() -> None:
    """v = 1.7785, Δ = −0.4834 (page 4), from which step 5 gives the volatility."""
    assert new_volatility(0.06, 200 / SCALE, 1.7785, -0.4834, 0.5) == pytest.approx(0.05999, abs=1e-5)


def test_the_order_of_games_does_not_matter() -> None:
    assert rated(Rating(), GAMES[::-1]).rating == pytest.approx(rated(Rating(), GAMES).rating, abs=1e-9)


def test_who_does_not_play_becomes_less_certain() -> None:
    idle = rated(Rating(1600, 100, 0.06), [])
    assert (idle.rating, idle.volatility) == (1600, 0.06)
    assert idle.deviation == pytest.approx(math.hypot(100, 0.06 * SCALE))


def test_a_draw_of_equals_moves_nobody_and_says_something() -> None:
    drawn = rated(Rating(), [(Rating(), 0.5)])
    assert drawn.rating == 1500
    assert drawn.deviation < 350


def test_a_great_surprise_makes_erratic() -> None:
    """Where Δ² exceeds φ² + v the bracket of step 5 is the other one; the root solves the equation too."""
    former, phi, variance, improvement, tau = 0.06, 30 / SCALE, 0.05, 6.0, 0.5
    found = new_volatility(former, phi, variance, improvement, tau)
    x, spread = 2 * math.log(found), phi**2 + variance + found**2
    left = found**2 * (improvement**2 - spread) / (2 * spread**2)
    assert left == pytest.approx((x - 2 * math.log(former)) / tau**2, rel=1e-6)
    assert found > former


def test_ratings_of_many_games_promise_the_outcomes() -> None:
    """Two players that always share 0.76 to 0.24 end 200 points apart, for 1/(1 + 10^−½) = 0.7597."""
    first = second = Rating()
    for _ in range(200):
        first, second = rated(first, [(second, 0.7597)] * 20), rated(second, [(first, 0.2403)] * 20)
    assert first.rating - second.rating == pytest.approx(200, abs=3)
