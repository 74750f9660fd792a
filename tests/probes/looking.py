"""Cohorts whose answer is known, and what probes see of them."""

from typing import Any

import torch
from torch import nn

from gbench.data.dataset import Data
from gbench.engine.cohort import Cohort
from gbench.engine.replicas import Replicas
from gbench.evaluation.features import Features
from gbench.evaluation.probe import Finding
from gbench.evaluation.reference import Reference
from gbench.evaluation.trained import Trained
from gbench.plugins import load_registry
from gbench.testing import make_cohort, make_recipe, points, use

POINT = Data(train={"real": torch.zeros(4, 1)}, test={"real": torch.zeros(4, 1)})


def toy(
    game: str, loss: str | None = None, batch_size: int = 1, regularizers: Any = (), **start: Any
) -> Cohort:
    """A game about a point; `start` are the game's options."""
    recipe = make_recipe(
        dataset=use("dataset", "point-mass"),
        game=use("game", game, **start),
        model=None,
        loss=use("loss", loss) if loss else None,
        rule=use("rule", "simultaneous"),
        regularizers=list(regularizers),
        optimizer=use("optimizer", "sgd", lr=0.1),
        budget={"steps": 100, "batch_size": batch_size, "measurements": 1},
    )
    return make_cohort(recipe, POINT, range(2))


def seen(cohort: Cohort, data: Data = POINT, **features: Features) -> Trained:
    """The cohort as a probe sees it; `pixels` are always there."""
    pixels = load_registry().create(use("features", "pixels"), "features")
    extractors = {"pixels": pixels, **features}
    return Trained(cohort, Reference(data, extractors), extractors)


def look(name: str, trained: Trained, **options: Any) -> Finding:
    """What a probe finds, as a sweep runs it: without gradients."""
    probe = load_registry().create(use("probe", name, **options), "probe")
    with torch.no_grad():
        return probe.look(trained)


def generating(
    *generators: nn.Module, data: Data | None = None, latents: int = 2, law: str = "normal"
) -> Trained:
    """A cohort whose replicas generate with these networks of latents, of one architecture."""
    model = use("model", "mlp", latents=latents, latent=law, width=4)
    data = data or points()
    budget = {"steps": 20, "batch_size": 1, "measurements": 1}
    cohort = make_cohort(make_recipe(model=model, budget=budget), data, range(len(generators)))
    cohort.networks["generator"] = Replicas(generators, "loop", torch.device("cpu"))
    return seen(cohort, data)


def linear(weight: list[list[float]], offset: list[float] | None = None) -> nn.Linear:
    """G(z) = Az + b."""
    matrix = torch.tensor(weight)
    layer = nn.Linear(matrix.shape[1], matrix.shape[0])
    layer.weight = nn.Parameter(matrix)
    layer.bias = nn.Parameter(torch.tensor(offset) if offset else torch.zeros(len(matrix)))
    return layer
