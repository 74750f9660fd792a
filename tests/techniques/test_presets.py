"""Every technique that is registered trains, from a suite's YAML to finite objectives."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import torch
import yaml

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
OTHERS = [name for name in REGISTRY.names("dataset") if name not in DATASETS]
ROUNDS = 3


def make_cell(folder: Path, technique: str, dataset: str) -> Cell:
    path = folder / f"{dataset}.yaml"
    parts = DATASETS.get(dataset, {"metric": {"use": "frechet-distance", "samples": 64}})
    suite = {
        "name": "presets",
        "seeds": 2,
        "budget": {"steps": ROUNDS, "batch_size": 4, "measurements": 1},
        "datasets": [dataset],
        "metrics": [parts["metric"]],
        "techniques": [technique],
        "models": {dataset: parts["model"]} if "model" in parts else {},
    }
    path.write_text(json.dumps(suite))
    [cell] = load_suite(path).cells()
    return cell


def build(cell: Cell) -> Cohort:
    data = REGISTRY.create(cell.recipe.dataset, "dataset").load()
    return Cohort(cell.recipe, data, range(cell.replicas), REGISTRY, torch.device("cpu"))


@cache
def refusal(technique: str, dataset: str) -> str:
    """Why a technique cannot be run on a data set, such as a model of images on points; empty if it can."""
    try:
        with TemporaryDirectory() as folder:
            build(make_cell(Path(folder), technique, dataset))
    except UserError as error:
        return str(error)
    return ""


def places(technique: str) -> list[str]:
    """Ring and digits, and the first data set that the technique's parts are for, if they are for neither."""
    if not all(mismatch(technique, dataset) for dataset in DATASETS):
        return [*DATASETS]
    return [*DATASETS, *[dataset for dataset in OTHERS if not mismatch(technique, dataset)][:1]]


def home(technique: str) -> str:
    """The first data set that a technique can be run on."""
    return next(dataset for dataset in places(technique) if not refusal(technique, dataset))


def mismatch(technique: str, dataset: str) -> bool:
    """Whether the technique's own model or its game is for other data, as far as their traits say."""
    composition = written(technique)
    data = REGISTRY.describe(REGISTRY.find("dataset", dataset)).attributes
    game = REGISTRY.describe(REGISTRY.find("game", named(composition.get("game", "adversarial")))).attributes
    model = named(composition.get("model", {}))
    makes = REGISTRY.describe(REGISTRY.find("model", model)).attributes["traits"] if model else data["traits"]
    return not (set(game["needs"]) <= set(data["provides"]) and set(makes) & set(data["traits"]))


def written(technique: str) -> dict:
    return yaml.safe_load(REGISTRY.path(REGISTRY.find("technique", technique)).read_text())


def named(part: str | dict) -> str:
    """The component that a part of a technique names, if it does."""
    return part if isinstance(part, str) else part.get("use", "")


def train(cell: Cell) -> None:
    """A few rounds and samples, all finite; a game that learns from data generates in its shape."""
    cohort = build(cell)
    for number in range(ROUNDS):
        for name, values in cohort.round().items():
            assert values.shape == (cell.replicas,), name
            assert torch.isfinite(values).all(), f"round {number}: {name} is {values.tolist()}"
    assert cohort.health.alive.all()
    samples = cohort.inference.generated(5).samples
    assert torch.isfinite(samples).all()
    if cohort.game.needs:
        shape = cohort.stage.data["real"].shape[1:]
        assert samples.shape == (cell.replicas, 5, *shape)


PLACES = [(technique, dataset) for technique in TECHNIQUES for dataset in places(technique)]


@pytest.mark.parametrize(("technique", "dataset"), PLACES)
def test_it_trains(technique: str, dataset: str, tmp_path: Path) -> None:
    if reason := refusal(technique, dataset):
        pytest.skip(reason)
    train(make_cell(tmp_path, technique, dataset))


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_it_trains_somewhere(technique: str) -> None:
    assert not all(refusal(technique, dataset) for dataset in places(technique))


@pytest.mark.parametrize(("technique", "dataset"), PLACES)
def test_planning_refuses_what_its_parts_are_not_for(technique: str, dataset: str, tmp_path: Path) -> None:
    if not mismatch(technique, dataset):
        make_cell(tmp_path, technique, dataset)
        return
    with pytest.raises(UserError, match=f"technique {technique}: (game|model) "):
        make_cell(tmp_path, technique, dataset)


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_it_says_what_it_is_and_where_it_comes_from(technique: str) -> None:
    description = REGISTRY.describe(REGISTRY.find("technique", technique))
    assert description.doc.strip() == description.doc != ""
    assert not description.doc.endswith(".")
    assert len(description.doc.splitlines()) == 1
    assert description.paper.strip() == description.paper != ""


@pytest.mark.parametrize("dataset", DATASETS)
def test_no_two_techniques_are_one_and_the_same(dataset: str, tmp_path: Path) -> None:
    fitting = [technique for technique in TECHNIQUES if not refusal(technique, dataset)]
    ids = {make_cell(tmp_path, technique, dataset).id for technique in fitting}
    assert len(ids) == len(fitting)


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_its_optimizer_can_be_overridden_in_a_suite(technique: str, tmp_path: Path) -> None:
    dataset = home(technique)
    make_cell(tmp_path, technique, dataset)
    override = f"techniques.{technique}.optimizer.lr=0.0009765625"
    [cell] = load_suite(tmp_path / f"{dataset}.yaml", [override]).cells()
    own = {turn: part.get("lr") for turn, part in written(technique).get("optimizers", {}).items()}
    for turn, optimizer in cell.recipe.optimizers.items():
        assert optimizer.options["lr"] == float(own.get(turn) or 2**-10)
    train(cell)


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_a_slip_in_an_override_is_found_before_anything_trains(technique: str, tmp_path: Path) -> None:
    dataset = home(technique)
    make_cell(tmp_path, technique, dataset)
    override = f"techniques.{technique}.optimizer.lrr=0.125"
    with pytest.raises(UserError, match="did you mean 'lr'"):
        load_suite(tmp_path / f"{dataset}.yaml", [override]).cells()
