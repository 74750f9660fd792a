"""Presets of games with codes and of two domains reach on small images what their papers claim."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.engine.cohort import Cohort
from gbench.evaluation.evaluator import Evaluator
from gbench.plugins import load_registry
from gbench.suite import load_suite
from gbench.testing import use

pytestmark = pytest.mark.heavy
REGISTRY = load_registry()
MLP = {"use": "mlp", "width": 256, "activation": "leaky-relu"}


def trained(folder: Path, technique: Any, dataset: str, steps: int, batch: int, model: Any = None) -> Cohort:
    """One replica of a preset after its budget; `curves` keeps the last round's."""
    suite = {
        "name": "learning",
        "seeds": 1,
        "budget": {"steps": steps, "batch_size": batch, "measurements": 1},
        "datasets": [dataset],
        "metrics": [{"use": "frechet-distance", "samples": 64}],
        "techniques": [technique],
        "models": {dataset: model} if model else {},
    }
    path = folder / "suite.yaml"
    path.write_text(json.dumps(suite))
    [cell] = load_suite(path).cells()
    cohort = Cohort(cell.recipe, data_of(dataset), [0], REGISTRY, torch.device("cpu"))
    for _ in range(steps):
        cohort.round()
    return cohort


def data_of(dataset: str) -> Data:
    data: Data = REGISTRY.create(use("dataset", dataset), "dataset").load()
    return data


def measured(cohort: Cohort, data: Data, metric: str) -> float:
    [made] = metrics = [REGISTRY.create(use("metric", metric, samples=360), "metric")]
    made.fit(Evaluator(data, metrics, {}).reference)
    fake = cohort.inference.generated(360).samples
    [[value]] = Evaluator(data, metrics, {}).measure(fake, ask=cohort.inference.ask).values()
    return value


def kept(made: Tensor, data: Data, field: str = "real") -> float:
    """How often the nearest training sample of what a test sample became has the test sample's class."""
    nearest = torch.cdist(made.flatten(1), data.train[field].flatten(1)).argmin(1)
    return (data.train["label"][nearest] == data.test["label"]).float().mean().item()


def answer(cohort: Cohort, verb: str, samples: Tensor) -> Tensor:
    given = cohort.inference.ask(verb, samples[None])
    assert given is not None
    return given[0]


def test_bigan_finds_the_inverse_of_its_generator(tmp_path: Path) -> None:
    data = data_of("digits")
    cohort = trained(tmp_path, "bigan", "digits", 2000, 64, MLP)
    assert measured(cohort, data, "reconstruction-ratio") <= 0.8
    assert kept(answer(cohort, "reconstruct", data.test["real"]), data) >= 0.4


def test_vae_gan_reconstructs(tmp_path: Path) -> None:
    data = data_of("digits")
    cohort = trained(tmp_path, "vae-gan", "digits", 3000, 64, MLP)
    assert measured(cohort, data, "reconstruction-ratio") <= 0.75
    assert kept(answer(cohort, "reconstruct", data.test["real"]), data) >= 0.7


def test_info_gan_finds_clusters_that_are_classes(tmp_path: Path) -> None:
    """By the best of all assignments of ten clusters to ten classes."""
    from scipy.optimize import linear_sum_assignment

    data = data_of("digits")
    cohort = trained(tmp_path, "info-gan", "digits", 3000, 64, MLP)
    assert cohort.round()["information/categories"].item() >= 2.19
    found, label = answer(cohort, "classify", data.test["real"]).argmax(-1), data.test["label"]
    counts = torch.zeros(10, 10).index_put_((found, label), torch.ones(len(label)), accumulate=True)
    rows, columns = linear_sum_assignment(-counts.numpy())
    assert counts[rows, columns].sum().item() / len(label) >= 0.4


def test_cycle_gan_finds_the_map_between_two_domains(tmp_path: Path) -> None:
    data = data_of("two-domains")
    cohort = trained(tmp_path, "cycle-gan", "two-domains", 1200, 16)
    assert measured(cohort, data, "translation-error") <= 0.2
    assert kept(answer(cohort, "translate", data.test["source"]), data) >= 0.8
