"""Toy games and their trajectories, for tests of rules."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gbench.data.dataset import Data
from gbench.engine.cohort import Cohort
from gbench.testing import make_cohort, make_recipe, use

POINT = Data(train={"real": torch.zeros(4, 1)}, test={"real": torch.zeros(4, 1)})
THIRD = 1 / 3
# equilibrium of what each game observes
COORDINATES = {
    "dirac": {"position/theta": 0.0, "position/psi": 0.0},
    "bilinear": {"position/x": 0.0, "position/y": 0.0},
    "rock-paper-scissors": {
        f"{choice}/{player}": THIRD
        for choice in ("rock", "paper", "scissors")
        for player in ("generator", "discriminator")
    },
}
NEAR = {
    "dirac": {"theta": 1e-5, "psi": 3e-5},
    "bilinear": {"x": 1e-5, "y": 3e-5},
    "rock-paper-scissors": {
        "generator": (THIRD + 1e-5, THIRD, THIRD - 1e-5),
        "discriminator": (THIRD + 2e-5, THIRD - 1e-5, THIRD - 1e-5),
    },
}


@contextmanager
def double_precision() -> Iterator[None]:
    """Networks and noise in float64, so that a closed form can be met to many digits."""
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


def toy(
    game: str,
    rule: str,
    start: dict[str, Any] | None = None,
    optimizer: dict[str, Any] | None = None,
    **options: Any,
) -> Cohort:
    """One replica of a toy game; by default gradient descent with step 0.2."""
    recipe = make_recipe(
        dataset=use("dataset", "point-mass"),
        game=use("game", game, **(start or {})),
        model=None,
        loss=use("loss", "minimax") if game == "dirac" else None,
        rule=use("rule", rule, **options),
        optimizer=optimizer or use("optimizer", "sgd", lr=0.2),
        budget={"steps": 10_000, "batch_size": 1, "measurements": 1},
    )
    return make_cohort(recipe, POINT, range(1))


def path(cohort: Cohort, rounds: int) -> NDArray[np.float64]:
    """`[rounds, coordinates]`: where the players are after each round, seen from the equilibrium."""
    coordinates = COORDINATES[cohort.recipe.game.use]
    seen = (cohort.round() for _ in range(rounds))
    return np.array([[row[name].item() - at for name, at in coordinates.items()] for row in seen])


def radius(path: NDArray[np.float64]) -> float:
    """The factor per round at the end of a path with z_{t+2} = a z_{t+1} + b z_t: the largest |root|."""
    former, middle, latter = path[-8:-2], path[-7:-1], path[-6:]
    a, b = np.linalg.lstsq(np.stack([middle.ravel(), former.ravel()], 1), latter.ravel())[0]
    return float(np.abs(np.roots([1, -a, -b])).max())
