"""Recipes as plain data, for rooms that record cells and train none."""

from typing import Any

from gbench.plugins import Chosen
from gbench.recipe import Budget, Recipe

ADAM = Chosen("adam", "1", {"lr": 1e-4, "betas": [0.0, 0.9]})


def plain_recipe(loss: str = "wasserstein", **changes: Any) -> Recipe:
    """A WGAN on the ring; nothing in it is looked up, so `changes` may name what no plugin provides."""
    parts: dict[str, Any] = {
        "schema": 3,
        "engine": "1",
        "seed": 0,
        "dataset": Chosen("ring"),
        "game": Chosen("adversarial"),
        "model": Chosen("mlp"),
        "loss": Chosen(loss),
        "rule": Chosen("alternating"),
        "regularizers": (),
        "optimizers": {"discriminator": ADAM, "generator": ADAM},
        "ema": None,
        "budget": Budget(steps=500, batch_size=64, measurements=5),
        "metrics": (),
        "features": {},
    }
    return Recipe(**parts | changes)
