"""Small cohorts on small data, built through the registry like any other."""

from typing import Any

import torch

from gbench.data.dataset import Data
from gbench.engine import VERSION
from gbench.engine.cohort import Cohort
from gbench.plugins import Chosen, load_registry
from gbench.recipe import Budget, Recipe


def use(kind: str, name: str, **options: Any) -> Chosen:
    """A component as a recipe names it: with its version and every option."""
    registry = load_registry()
    component = registry.find(kind, name)
    return Chosen(name, component.version, registry.options(kind, name, options))


ADAM = {"lr": 1e-3, "betas": [0.5, 0.999]}


def make_recipe(**changes: Any) -> Recipe:
    """A small non-saturating GAN on the ring; `changes` replace whole parts.

    `optimizer` stands for the same optimizer in every turn, and a dictionary for a `Budget`.
    """
    optimizer = chosen_optimizer(changes.pop("optimizer", {"use": "adam", **ADAM}))
    budget = changes.pop("budget", {"steps": 20, "batch_size": 8, "measurements": 2})
    game = changes.pop("game", None) or use("game", "adversarial")
    registry = load_registry()
    turns = registry.describe(registry.find("game", game.use)).attributes["moves"]
    parts: dict[str, Any] = {
        "schema": 0,
        "engine": VERSION,
        "seed": 0,
        "dataset": use("dataset", "ring"),
        "model": use("model", "mlp", width=16),
        "loss": use("loss", "non-saturating"),
        "rule": use("rule", "alternating"),
        "regularizers": (),
        "optimizers": dict.fromkeys(turns, optimizer),
        "ema": None,
        "metrics": (),
        "features": {},
    }
    if "optimizers" in changes:
        written = changes["optimizers"]
        changes["optimizers"] = {turn: chosen_optimizer(optimizer) for turn, optimizer in written.items()}
    parts |= changes | {"regularizers": tuple(changes.get("regularizers", ()))}
    return Recipe(game=game, budget=Budget(**budget) if isinstance(budget, dict) else budget, **parts)


def chosen_optimizer(written: Chosen | dict[str, Any]) -> Chosen:
    """An optimizer as suites write it, `{"use": "adam", "lr": 1e-3}`, complete."""
    if isinstance(written, Chosen):
        return written
    options = {name: value for name, value in written.items() if name != "use"}
    return use("optimizer", written["use"], **options)


def points(count: int = 64) -> Data:
    """Points on the unit circle."""
    angles = torch.arange(count) * (2 * torch.pi / count)
    real = torch.stack([angles.cos(), angles.sin()], 1)
    return Data(train={"real": real}, test={"real": real})


def images(count: int = 64, size: int = 8, channels: int = 1) -> Data:
    """Horizontal gradients, from falling to rising, with the steepness' sign as the label."""
    steepness = torch.linspace(-1, 1, count)
    real = steepness.view(-1, 1, 1, 1) * torch.linspace(-1, 1, size).expand(count, channels, size, size)
    fields = {"real": real.contiguous(), "label": (steepness > 0).long()}
    return Data(train=fields, test=fields, classes=2)


def domains(count: int = 64, size: int = 8) -> Data:
    """Half of such images, and the other half with dark and bright exchanged as the field `source`."""
    fields = images(count, size).train
    train = {name: values[::2] for name, values in fields.items()} | {"source": -fields["real"][1::2]}
    return Data(
        train=train,
        test=fields | {"source": -fields["real"]},
        classes=2,
        groups=(("real", "label"), ("source",)),
        aligned=True,
    )


def voxels(count: int = 64, side: int = 8) -> Data:
    """Balls from small to large, 1 inside and −1 outside, with the larger half as the label."""
    line = torch.linspace(-1, 1, side).square()
    radii = torch.linspace(0.3, 1, count)
    distance = (line[:, None, None] + line[:, None] + line).sqrt()
    real = torch.where(distance <= radii.view(-1, 1, 1, 1), 1.0, -1.0)[:, None]
    fields = {"real": real, "label": (radii > radii.median()).long()}
    return Data(train=fields, test=fields, classes=2)


def sequences(count: int = 64, steps: int = 8, channels: int = 1) -> Data:
    """Sine waves of one period that start anywhere in it, with the half as the label."""
    phase = torch.linspace(0, 1, count + 1)[:-1]
    places = phase[:, None] + torch.arange(steps) / steps
    real = (2 * torch.pi * places).sin()[:, None].repeat(1, channels, 1)
    fields = {"real": real, "label": (phase >= 0.5).long()}
    return Data(train=fields, test=fields, classes=2)


def make_cohort(
    recipe: Recipe | None = None,
    data: Data | None = None,
    replicas: range = range(3),
    mode: str = "auto",
) -> Cohort:
    """A cohort on the CPU."""
    registry = load_registry()
    return Cohort(recipe or make_recipe(), data or points(), replicas, registry, torch.device("cpu"), mode)
