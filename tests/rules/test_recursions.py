"""Extragradient, optimistic, lookahead and alternating updates, against recursions written by hand."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gbench.errors import UserError
from gbench.testing import make_cohort, make_recipe, use

from .toys import double_precision, path, toy

ADAM = use("optimizer", "adam", lr=0.05, betas=[0.5, 0.9], eps=1e-06)
SGD = use("optimizer", "sgd", lr=0.2)
ROUNDS = 25
Floats = NDArray[np.float64]


@pytest.fixture(autouse=True)
def _double() -> Iterator[None]:
    with double_precision():
        yield


def field(z: Floats) -> Floats:
    """What x and y descend in min_x max_y xy."""
    x, y = z
    return np.array([y, -x])


class Adam:
    """Kingma and Ba 2015, algorithm 1, with the numbers of `ADAM`."""

    def __init__(self) -> None:
        self.count, self.m, self.v = 0, np.zeros(2), np.zeros(2)

    def update(self, gradient: Floats) -> Floats:
        self.count += 1
        self.m = 0.5 * self.m + 0.5 * gradient
        self.v = 0.9 * self.v + 0.1 * gradient**2
        m, v = self.m / (1 - 0.5**self.count), self.v / (1 - 0.9**self.count)
        return -0.05 * m / (np.sqrt(v) + 1e-6)


class Descent:
    """Gradient descent with the step of `SGD`."""

    def update(self, gradient: Floats) -> Floats:
        return -0.2 * gradient


def extragradient(optimizer: Any) -> Iterator[Floats]:
    """Gidel et al. 2019, algorithm 4: the moments move at the extrapolation too."""
    z = np.ones(2)
    while True:
        ahead = z + optimizer.update(field(z))
        z = z + optimizer.update(field(ahead))
        yield z


def optimistic(optimizer: Any) -> Iterator[Floats]:
    """Daskalakis et al. 2018, algorithm 1."""
    z, last = np.ones(2), np.zeros(2)
    while True:
        update = optimizer.update(field(z))
        z, last = z + 2 * update - last, update
        yield z


@pytest.mark.parametrize("recursion", [extragradient, optimistic])
@pytest.mark.parametrize(("settings", "optimizer"), [(ADAM, Adam), (SGD, Descent)])
def test_steps_are_those_of_the_algorithm(recursion: Any, settings: dict[str, Any], optimizer: Any) -> None:
    found = path(toy("bilinear", recursion.__name__, optimizer=settings), ROUNDS)
    steps = recursion(optimizer())
    np.testing.assert_allclose(found, [next(steps) for _ in range(ROUNDS)], rtol=1e-9)


def lookahead(every: int, weight: float) -> Iterator[Floats]:
    """Chavdarova et al. 2021, algorithm 1, on alternating descent with the discriminator first."""
    (x, y), slow, count = np.ones(2), np.ones(2), 0
    while True:
        y = y + 0.2 * x
        x = x - 0.2 * y
        count += 1
        if count % every == 0:
            slow = slow + weight * (np.array([x, y]) - slow)
            x, y = slow
        yield np.array([x, y])


@pytest.mark.parametrize(("every", "weight"), [(5, 0.5), (3, 0.9), (1, 0.4)])
def test_lookahead_goes_back_part_of_the_way(every: int, weight: float) -> None:
    found = path(toy("bilinear", "lookahead", every=every, weight=weight), ROUNDS)
    steps = lookahead(every, weight)
    np.testing.assert_allclose(found, [next(steps) for _ in range(ROUNDS)], rtol=1e-9)


@pytest.mark.parametrize("base", ["alternating", "simultaneous"])
def test_lookahead_with_the_whole_way_is_the_base_rule(base: str) -> None:
    found = path(toy("bilinear", "lookahead", base=base, weight=1.0, optimizer=ADAM), ROUNDS)
    np.testing.assert_array_equal(found, path(toy("bilinear", base, optimizer=ADAM), ROUNDS))


def test_lookahead_refuses_several_simultaneous_steps() -> None:
    rule = use("rule", "lookahead", base="simultaneous", discriminator_steps=2)
    with pytest.raises(UserError) as error:
        make_cohort(make_recipe(rule=rule))
    assert str(error.value) == (
        "rule lookahead: simultaneous players take one step each; use base alternating"
    )


class Counted:
    """Stands for a player, and counts its steps."""

    def __init__(self, name: str):
        self.name = name
        self.judges = name == "discriminator"
        self.steps = 0

    def gradient(self, batch: Any) -> list[Any]:
        return []

    def step(self, gradients: list[Any]) -> None:
        self.steps += 1


def steps_per_round(rounds: int, **options: Any) -> list[tuple[int, int]]:
    """The discriminator's and the generator's."""
    cohort = make_cohort(make_recipe(rule=use("rule", "alternating", **options)))
    counts = []
    for _ in range(rounds):
        players: Any = [Counted("discriminator"), Counted("generator")]
        cohort.rule.round(players, lambda: cohort.draw())
        counts.append((players[0].steps, players[1].steps))
    return counts


def test_alternating_takes_the_steps_that_it_is_told() -> None:
    assert steps_per_round(2, discriminator_steps=3, generator_steps=2) == [(3, 2)] * 2


def test_thorough_rounds_are_those_of_the_wgan_code() -> None:
    """There 100 in rounds 0 to 24 and in every 500th; here 7 in rounds 0 and 1 and in every 5th."""
    counts = steps_per_round(11, discriminator_steps=2, thorough_start=2, thorough_every=5, thorough_steps=7)
    thorough = [number for number, (steps, _) in enumerate(counts) if steps == 7]
    assert thorough == [0, 1, 5, 10]
    assert {steps for steps, _ in counts} == {2, 7}
    assert {steps for _, steps in counts} == {1}
