"""What runs on a worker: one attempt at training a cohort, from the record back into the record."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from gbench.engine.checkpoint import load_checkpoint
from gbench.engine.cohort import Cohort
from gbench.engine.device import choose_device
from gbench.evaluation.dataset import Data
from gbench.evaluation.evaluator import Evaluator
from gbench.plugins import load_registry
from gbench.record import RunDirectory
from gbench.suite.cell import Cell
from gbench.sweep.session import Session, facts

Json = dict[str, Any]


def train(payload: Json) -> Iterator[Json]:
    """Trains the cohort `{"run", "cell", "first", "last"}` to its end, or to the next commit after a stop.

    Yields journal events for the live view. Goes on from the last commit, if there is one.
    """
    run, cell = RunDirectory(Path(payload["run"])), Cell.from_json(payload["cell"])
    directory = run.cohort(cell.id, payload["first"], payload["last"])
    device = choose_device(cell.resources["gpus"])
    registry = load_registry()
    data = load_data(cell.identity, device)
    evaluator = fit_evaluator(cell.identity, data, run)
    cohort = Cohort(cell.identity, data, directory.replicas, registry, device, cell.resources["mode"])
    with directory.begin_attempt(facts(cohort, evaluator)) as attempt:
        session = Session(run, cell, cohort, evaluator, attempt)
        if attempt.resume:
            session.load_state(load_checkpoint(attempt.resume.checkpoint, device))
        yield from session.train()


def prepare(payload: Json) -> Iterator[Json]:
    """Fits the features and metrics of a cell `{"run", "cell"}`, so that every cohort finds them ready."""
    run, cell = RunDirectory(Path(payload["run"])), Cell.from_json(payload["cell"])
    evaluator = fit_evaluator(cell.identity, load_data(cell.identity, torch.device("cpu")), run)
    yield {"kind": "prepared", "dataset": cell.dataset, "facts": evaluator.facts()}


def load_data(identity: Json, device: torch.device) -> Data:
    return load_registry().create(identity["dataset"], "dataset").load().to(device)


def fit_evaluator(identity: Json, data: Data, run: RunDirectory) -> Evaluator:
    """The cell's metrics, fitted; what is costly to fit is kept in the run directory."""
    create = load_registry().create
    metrics = [create(metric, "metric") for metric in identity["metrics"]]
    features = {name: create(use, "features") for name, use in identity["features"].items()}
    folder = run.root / "prepared"
    folder.mkdir(parents=True, exist_ok=True)
    return Evaluator(data, metrics, features).fit(folder)
