"""A cell as a suite of its own, to be pasted into a file and run."""

from dataclasses import asdict

from gbench.plugins import Chosen
from gbench.recipe import Json
from gbench.suite.cell import Cell
from gbench.suite.dump import to_yaml


def suite_of(cell: Cell) -> Json:
    """A suite whose one cell has the same recipe, so that it gives the same numbers."""
    recipe = cell.recipe
    return {
        "name": cell.suite,
        "seeds": cell.replicas,
        "seed": recipe.seed,
        "budget": asdict(recipe.budget),
        "datasets": [_choice(recipe.dataset) | _label(cell)],
        "techniques": [_technique(cell)],
        "metrics": [_choice(metric) for metric in recipe.metrics],
        "features": [_choice(part) for part in recipe.features.values()],
        "probes": [_choice(probe) for probe in recipe.probes],
        "primary": {cell.dataset: cell.primary} if cell.primary else {},
        "thresholds": {cell.dataset: cell.thresholds} if cell.thresholds else {},
    }


def paste(cell: Cell) -> str:
    """The suite as YAML."""
    return to_yaml({key: value for key, value in suite_of(cell).items() if value not in ({}, [])})


def _technique(cell: Cell) -> Json:
    recipe = cell.recipe
    slots = {"game": recipe.game, "model": recipe.model, "loss": recipe.loss, "rule": recipe.rule}
    parts: Json = {name: _choice(chosen) for name, chosen in slots.items() if chosen}
    parts["regularizers"] = [_choice(part) for part in recipe.regularizers]
    parts["optimizers"] = {turn: _choice(chosen) for turn, chosen in recipe.optimizers.items()}
    if recipe.ema is not None:
        parts["ema"] = recipe.ema
    if recipe.schedules:
        parts["schedules"] = dict(recipe.schedules)
    return {"label": cell.label} | parts


def _label(cell: Cell) -> Json:
    return {"label": cell.dataset} if cell.recipe.dataset.use != cell.dataset else {}


def _choice(chosen: Chosen) -> Json:
    return {"use": chosen.use} | dict(chosen.options)
