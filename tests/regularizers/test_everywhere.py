"""Every regularizer that is found with every model that is found: it trains, or says why not in a line."""

from itertools import product
from typing import Any

import pytest
import torch

from gbench.data.dataset import Data
from gbench.errors import UserError
from gbench.plugins import load_registry
from gbench.testing import images, make_cohort, make_recipe, points, sequences, use, voxels

REGISTRY = load_registry()
REGULARIZERS, MODELS = REGISTRY.names("regularizer"), REGISTRY.names("model")
SMALLEST = 4  # width of whatever can be made narrow
ROUNDS = 2
SAMPLES = {"image": images, "vector": points, "voxel": voxels, "sequence": sequences}


def attribute(kind: str, name: str, key: str) -> Any:
    return REGISTRY.describe(REGISTRY.find(kind, name)).attributes.get(key, ())


def narrow(model: str) -> dict[str, Any]:
    """The model with every option that is a width as small as it gets."""
    options = REGISTRY.describe(REGISTRY.find("model", model)).options
    widths = {name: SMALLEST for name in options if name.endswith(("width", "channels", "units"))}
    return use("model", model, **widths)


def losses_of(model: str) -> list[str]:
    """The losses that take what this model's discriminator gives; features know no labels."""
    gives = ("scores",) if attribute("model", model, "takes") else attribute("model", model, "gives")
    return [name for name in REGISTRY.names("loss") if attribute("loss", name, "takes") in gives]


def game_of(model: str) -> str:
    """The adversarial game, or the first that passes what this model takes."""
    games = ["adversarial", *REGISTRY.names("game")]
    takes = attribute("model", model, "takes")
    return next(name for name in games if attribute("game", name, "passes") == takes)


def data_for(model: str) -> Data:
    """Images if the model makes any, else what it makes."""
    traits = attribute("model", model, "traits")
    return next(make(16) for trait, make in SAMPLES.items() if trait in traits)


def train(recipe: dict[str, Any], data: Data) -> str | None:
    """Why the regularizer refuses, or None once two rounds and samples turned out finite."""
    try:
        cohort = make_cohort(recipe, data, range(1))
        seen = [cohort.round() for _ in range(ROUNDS)]
    except UserError as error:
        return str(error)
    for name, value in seen[-1].items():
        assert value.shape == (1,), name
        assert torch.isfinite(value).all(), f"{name} is {value.tolist()}"
    assert torch.isfinite(cohort.inference.generated(3).samples).all()
    return None


@pytest.mark.parametrize(("regularizer", "model"), list(product(REGULARIZERS, MODELS)))
def test_it_trains_or_explains_itself(regularizer: str, model: str) -> None:
    """Pairs go through the losses in turn, so that each regularizer and each model meets a few."""
    losses = losses_of(model)
    turn = 3 * REGULARIZERS.index(regularizer) + MODELS.index(model)
    recipe = make_recipe(
        game=use("game", game_of(model)),
        model=narrow(model),
        loss=use("loss", losses[turn % len(losses)]),
        regularizers=[use("regularizer", regularizer)],
        budget={"steps": ROUNDS, "batch_size": 4, "measurements": 1},
    )
    refusal = train(recipe, data_for(model))
    assert refusal is None or len(refusal.splitlines()) == 1


@pytest.mark.parametrize("regularizer", REGULARIZERS)
def test_it_trains_points_or_images(regularizer: str) -> None:
    """With small networks that have batch normalisation, at least one of the two."""
    model = use("model", "mlp", width=SMALLEST, generator_norm="batch", discriminator_norm="batch")
    recipe = make_recipe(model=model, regularizers=[use("regularizer", regularizer)])
    assert None in [train(recipe, data) for data in (points(16), images(16))]
