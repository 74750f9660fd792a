"""What runs on a worker: one attempt at training a cohort, from the record back into the record."""

from collections.abc import Iterator
from pathlib import Path

import torch

from gbench.data.dataset import Data
from gbench.engine.checkpoint import load_checkpoint
from gbench.engine.cohort import Cohort
from gbench.engine.device import choose_device
from gbench.evaluation.evaluator import Evaluator
from gbench.plugins import load_registry
from gbench.recipe import Json, Recipe, canonical
from gbench.record import RunDirectory
from gbench.suite.cell import Cell
from gbench.worker.session import Session, facts

_latest: dict[str, Evaluator] = {}  # one at most, for cells of one data set come one after another


def train(payload: Json) -> Iterator[Json]:
    """Trains the cohort `{"run", "cell", "first", "last"}` to its end, or to the next commit after a stop.

    Yields journal events for the live view. Goes on from the last commit, if there is one.
    """
    run, cell = RunDirectory(Path(payload["run"])), Cell.from_json(payload["cell"])
    directory = run.cohort(cell.id, payload["first"], payload["last"])
    device = choose_device(cell.resources.gpus)
    registry = load_registry()
    evaluator = measuring(cell.recipe, device, run)
    cohort = Cohort(cell.recipe, evaluator.data, directory.replicas, registry, device, cell.resources.mode)
    with directory.begin_attempt(facts(cohort, evaluator)) as attempt:
        session = Session(run, cell, cohort, evaluator, attempt)
        if attempt.resume:
            session.load_state(load_checkpoint(attempt.resume.checkpoint, device))
        yield from session.train()


def prepare(payload: Json) -> Iterator[Json]:
    """Fits the features and metrics of a cell `{"run", "cell"}`, so that every cohort finds them ready."""
    run, cell = RunDirectory(Path(payload["run"])), Cell.from_json(payload["cell"])
    evaluator = measuring(cell.recipe, torch.device("cpu"), run)
    yield {"kind": "prepared", "dataset": cell.dataset, "facts": evaluator.facts()}


def measuring(recipe: Recipe, device: torch.device, run: RunDirectory) -> Evaluator:
    """The cell's data and fitted metrics: those of the process's cell before, where they are the same."""
    parts = [recipe.to_json()[part] for part in ("dataset", "metrics", "features")]
    key = canonical([parts, str(device), str(run.root.resolve())])
    if key not in _latest:
        _latest.clear()
        _latest[key] = fit_evaluator(recipe, load_data(recipe, device), run)
    return _latest[key]


def load_data(recipe: Recipe, device: torch.device) -> Data:
    return load_registry().create(recipe.dataset, "dataset").load().to(device)


def fit_evaluator(recipe: Recipe, data: Data, run: RunDirectory) -> Evaluator:
    """The cell's metrics, fitted; what is costly to fit is kept in the run directory."""
    create = load_registry().create
    metrics = [create(metric, "metric") for metric in recipe.metrics]
    features = {name: create(use, "features") for name, use in recipe.features.items()}
    folder = run.root / "prepared"
    folder.mkdir(parents=True, exist_ok=True)
    return Evaluator(data, metrics, features).fit(folder)
