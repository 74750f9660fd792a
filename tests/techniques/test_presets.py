"""Every technique that is registered trains, from a suite's YAML to finite objectives."""

import json
from pathlib import Path

import pytest
import torch

from gbench.engine.cohort import Cohort
from gbench.errors import UserError
from gbench.plugins import load_registry
from gbench.suite import load_suite
from gbench.suite.cell import Cell

REGISTRY = load_registry()
TECHNIQUES = REGISTRY.names("technique")
DATASETS = {
    "ring": {"model": {"use": "mlp", "width": 8}, "metric": {"use": "modes", "samples": 64}},
    "digits": {"model": {"use": "dcgan", "width": 8}, "metric": {"use": "frechet-distance", "samples": 64}},
}
ROUNDS = 3


def make_cell(folder: Path, technique: str, dataset: str) -> Cell:
    path = folder / f"{dataset}.yaml"
    suite = {
        "name": "presets",
        "seeds": 2,
        "budget": {"steps": ROUNDS, "batch_size": 4, "measurements": 1},
        "datasets": [dataset],
        "metrics": [DATASETS[dataset]["metric"]],
        "techniques": [technique],
        "models": {dataset: DATASETS[dataset]["model"]},
    }
    path.write_text(json.dumps(suite))
    [cell] = load_suite(path).cells()
    return cell


def train(cell: Cell) -> None:
    """A few rounds and samples, all finite; a game that learns from data generates in its shape."""
    data = REGISTRY.create(cell.identity["dataset"], "dataset").load()
    cohort = Cohort(cell.identity, data, range(cell.replicas), REGISTRY, torch.device("cpu"))
    for number in range(ROUNDS):
        for name, values in cohort.round().items():
            assert values.shape == (cell.replicas,), name
            assert torch.isfinite(values).all(), f"round {number}: {name} is {values.tolist()}"
    assert cohort.health.alive.all()
    samples = cohort.sample(5)
    assert torch.isfinite(samples).all()
    if cohort.game.needs:
        assert samples.shape == (cell.replicas, 5, *data.shape)


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("technique", TECHNIQUES)
def test_it_trains(technique: str, dataset: str, tmp_path: Path) -> None:
    train(make_cell(tmp_path, technique, dataset))


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_it_says_what_it_is_and_where_it_comes_from(technique: str) -> None:
    description = REGISTRY.describe(REGISTRY.find("technique", technique))
    assert description.doc.strip() == description.doc != ""
    assert not description.doc.endswith(".")
    assert len(description.doc.splitlines()) == 1
    assert description.paper.strip() == description.paper != ""


def test_no_two_techniques_are_one_and_the_same(tmp_path: Path) -> None:
    ids = {technique: make_cell(tmp_path, technique, "ring").id for technique in TECHNIQUES}
    assert len(set(ids.values())) == len(TECHNIQUES)


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_its_optimizer_can_be_overridden_in_a_suite(technique: str, tmp_path: Path) -> None:
    make_cell(tmp_path, technique, "ring")
    override = f"techniques.{technique}.optimizer.lr=0.125"
    [cell] = load_suite(tmp_path / "ring.yaml", [override]).cells()
    assert {optimizer["lr"] for optimizer in cell.identity["optimizers"].values()} == {0.125}
    train(cell)


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_a_slip_in_an_override_is_found_before_anything_trains(technique: str, tmp_path: Path) -> None:
    make_cell(tmp_path, technique, "ring")
    override = f"techniques.{technique}.optimizer.lrr=0.125"
    with pytest.raises(UserError, match="did you mean 'lr'"):
        load_suite(tmp_path / "ring.yaml", [override]).cells()
