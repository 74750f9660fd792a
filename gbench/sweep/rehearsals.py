"""Tries out each kind of cell with one replica, before anything trains or is written."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from gbench.errors import UserError
from gbench.plugins import load_registry
from gbench.recipe import Recipe, canonical
from gbench.suite.cell import Cell

if TYPE_CHECKING:
    from gbench.data.dataset import Data
    from gbench.engine.cohort import Cohort


def rehearse_cells(cells: Iterable[Cell]) -> list[str]:
    """What components note of the cells; `UserError` for the first cell that cannot be built and played.

    Cells that differ in labels or in the values of real-valued options alone are tried once.
    """
    from gbench.engine.rehearsal import rehearse

    cells = list(cells)
    _ask_features(cells)
    datasets: dict[str, Data] = {}
    notes: dict[str, None] = {}
    for cell in _distinct(cells):
        key = canonical(cell.recipe.dataset.to_json())
        try:
            if key not in datasets:
                datasets[key] = load_registry().create(cell.recipe.dataset, "dataset").load()
            check = partial(_check_probes, cell.recipe, datasets[key])
            for note in rehearse(cell.recipe, datasets[key], load_registry(), cell.resources.mode, check):
                notes[f"{cell.name}: {note}"] = None
        except UserError as error:
            raise UserError(f"{cell.name}: {error.message}", error.place or cell.place) from error
        except (
            Exception
        ) as error:  # the boundary of a cell: whatever a plugin raises is a reason not to start
            reason = " ".join(str(error).split()) or "no reason given"
            raise UserError(
                f"{cell.name} cannot be trained: {type(error).__name__}: {reason}", cell.place
            ) from error
    return list(notes)


def _check_probes(recipe: Recipe, data: "Data", cohort: "Cohort") -> None:
    """What probes refuse is told before hours of training, not after."""
    from gbench.evaluation.reference import Reference
    from gbench.evaluation.trained import Trained

    for probe in recipe.probes:
        load_registry().create(probe, "probe").check(Trained(cohort, Reference(data, {}), {}))


def _ask_features(cells: Iterable[Cell]) -> None:
    """Whether all features that metrics name can be had on this machine, each once. Raises UserError."""
    uses = [use for cell in cells for use in cell.recipe.features.values()]
    for use in {canonical(use.to_json()): use for use in uses}.values():
        load_registry().create(use, "features").ready()


def _distinct(cells: Iterable[Cell]) -> list[Cell]:
    return list({_kind(cell): cell for cell in cells}.values())


def _kind(cell: Cell) -> str:
    """What cells share that can be built alike: the recipe without its real numbers, and the mode."""
    return canonical([_structure(cell.recipe.to_json()), cell.resources.mode])


def _structure(value: Any) -> Any:
    """Plain data with every real number replaced, as it cannot change whether a cell can be built."""
    if isinstance(value, dict):
        return {key: _structure(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_structure(item) for item in value]
    return "real" if isinstance(value, float) else value
