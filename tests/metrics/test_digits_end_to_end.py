"""All image metrics together on digits: what is known of real, collapsed and broken generators."""

import math
from pathlib import Path

import pytest
import torch

from gbench.evaluation.evaluator import Evaluator
from gbench.evaluation.metric import Metric
from gbench_datasets.digits import Digits
from gbench_features.classifier import Classifier
from gbench_features.pixels import Pixels
from gbench_metrics.class_coverage import ClassCoverage
from gbench_metrics.frechet_distance import FrechetDistance
from gbench_metrics.kid import Kid
from gbench_metrics.precision_recall import PrecisionRecall


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[float]]:
    """Of four replicas: real images, one digit only, noise, and one with a NaN."""
    folder: Path = tmp_path_factory.mktemp("prepared")
    data = Digits().load()
    metrics: list[Metric] = [
        FrechetDistance(),
        *(kind(features="classifier") for kind in (FrechetDistance, Kid, PrecisionRecall)),
        ClassCoverage(),
    ]
    evaluator = Evaluator(data, metrics, {"pixels": Pixels(), "classifier": Classifier()}).fit(folder)
    real = data.train["real"][:1000]
    threes = data.train["real"][data.train["label"] == 3].repeat(8, 1, 1, 1)[:1000]
    noise = torch.randn(real.shape, generator=torch.Generator().manual_seed(0)).clamp(-1, 1)
    broken = real.clone()
    broken[17, 0, 0, 0] = math.nan
    return evaluator.measure(torch.stack([real, threes, noise, broken]))


@pytest.mark.parametrize("key", ["fd-pixels-1k-train", "fd-classifier-1k-train", "kid-classifier-1k-train"])
def test_real_images_are_nearer_than_a_collapse_or_noise(scores: dict[str, list[float]], key: str) -> None:
    real, threes, noise, _ = scores[key]
    assert real < 0.1 * min(threes, noise)


def test_a_collapse_keeps_its_precision_and_loses_coverage(scores: dict[str, list[float]]) -> None:
    real, threes, noise, _ = scores["precision-classifier-1k-train"]
    assert min(real, threes) > 0.9 > 0.1 > noise
    real, threes, _, _ = scores["coverage-classifier-1k-train"]
    assert real > 0.9 > 0.2 > threes


def test_one_digit_is_one_class_of_ten(scores: dict[str, list[float]]) -> None:
    assert scores["class-coverage-1k"][:2] == pytest.approx([1.0, 0.1])
    assert scores["class-entropy-1k"][0] > 0.99 > 0.05 > scores["class-entropy-1k"][1]


def test_the_broken_replica_is_nan_in_everything(scores: dict[str, list[float]]) -> None:
    assert all(math.isnan(values[3]) for values in scores.values())
    assert not any(math.isnan(value) for values in scores.values() for value in values[:3])
