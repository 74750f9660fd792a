import math
import warnings

import pytest
import torch
from scipy.stats import entropy
from torch import Tensor, nn
from torchmetrics.image.inception import InceptionScore as Published

from gbench.errors import UserError
from gbench.evaluation.metric import Metric
from gbench_metrics.am_score import AmScore
from gbench_metrics.classifier_score import ClassifierScore
from gbench_metrics.inception_score import InceptionScore
from gbench_metrics.mode_score import ModeScore
from gbench_metrics.modified_inception_score import ModifiedInceptionScore

from .probabilities import certain, rate
from .vectors import normal

UNSURE = torch.tensor([[0.9, 0.1], [0.6, 0.4]])
EVERY: list[Metric] = [ClassifierScore(), ModifiedInceptionScore(), ModeScore(), AmScore()]


def by_torchmetrics(probabilities: Tensor) -> float:
    """With logits as features; it warns of its memory, and of one split that has no deviation."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        published = Published(feature=nn.Identity(), splits=1)
        published.update(probabilities.log())
        return published.compute()[0].item()


def test_names_say_the_protocol() -> None:
    assert InceptionScore().names() == ["inception-score-50k-10-splits"]
    assert ClassifierScore(splits=5).names() == ["is-classifier-1k-5-splits"]
    assert ModifiedInceptionScore().names() == ["modified-is-classifier-1k"]
    assert ModeScore(split="test").names() == ["mode-score-classifier-1k-test"]
    assert AmScore(samples=2500).names() == ["am-score-classifier-2.5k-train"]


@pytest.mark.parametrize("counts", [(7,), (5, 5), (1, 2, 3), (20, 0, 60)])
def test_of_certain_samples_it_is_the_number_of_classes_in_effect(counts: tuple[int, ...]) -> None:
    assert rate(ClassifierScore(), certain(*counts)) == pytest.approx([math.exp(entropy(counts))])


def test_of_unsure_samples_it_is_one() -> None:
    assert rate(ClassifierScore(), torch.full((20, 10), 0.1)) == pytest.approx([1.0])


def test_it_agrees_with_torchmetrics() -> None:
    probabilities = (2 * normal(300, 10)).softmax(1)
    assert rate(ClassifierScore(), probabilities) == pytest.approx([by_torchmetrics(probabilities)], rel=1e-5)


def test_splits_are_consecutive_and_averaged() -> None:
    assert rate(ClassifierScore(splits=2), certain(5, 5)) == [1.0]
    assert rate(ClassifierScore(splits=2), certain(4, 2, 2)) == pytest.approx([(1 + 2) / 2])
    assert rate(InceptionScore(), certain(*[5] * 10)) == [1.0]


def test_more_splits_than_samples_are_a_users_mistake() -> None:
    with pytest.raises(UserError) as error:
        rate(InceptionScore(samples=5), certain(5))
    assert str(error.value) == "inception-score: 5 samples cannot be split into 10; take fewer splits"


def test_modified_score_is_of_pairs_within_a_class() -> None:
    first, second = UNSURE.double().tolist()
    pairs = (entropy(first, second) + entropy(second, first)) / 4
    assert rate(ModifiedInceptionScore(), UNSURE) == pytest.approx([math.exp(pairs)], rel=1e-6)
    beside = torch.cat([UNSURE, certain(0, 1)])
    assert rate(ModifiedInceptionScore(), beside) == pytest.approx([(math.exp(pairs) + 1) / 2], rel=1e-6)


def test_modified_score_of_alike_samples_is_one() -> None:
    assert rate(ModifiedInceptionScore(), certain(5, 0, 5)) == pytest.approx([1.0])


def test_modified_score_bounds_what_would_be_infinite() -> None:
    probabilities = torch.tensor([[1.0, 0.0], [0.6, 0.4]])
    pairs = (math.log(1 / 0.6) + 0.6 * math.log(0.6) + 0.4 * math.log(0.4 / 1e-3)) / 4
    pairs += 1e-3 * math.log(1e-3 / 0.4) / 4
    assert rate(ModifiedInceptionScore(floor=1e-3), probabilities) == pytest.approx(
        [math.exp(pairs)], rel=1e-6
    )


def test_mode_score_takes_off_what_the_classes_differ_by() -> None:
    assert rate(ModeScore(), certain(5, 5), certain(5, 5)) == pytest.approx([2.0])
    assert rate(ModeScore(), certain(10, 0), certain(5, 5)) == pytest.approx([0.5])
    assert rate(ModeScore(), certain(3, 1), certain(1, 1)) == pytest.approx(
        [math.exp(entropy([3, 1]) - entropy([3, 1], [1, 1]))]
    )


def test_mode_score_of_a_class_that_the_data_do_not_have_is_nothing() -> None:
    assert rate(ModeScore(), certain(0, 5), certain(5, 0)) == pytest.approx([0.0], abs=1e-30)


def test_am_score() -> None:
    assert rate(AmScore(), certain(5, 5), certain(50, 50)) == pytest.approx([0.0])
    assert rate(AmScore(), certain(1, 3), certain(1, 1)) == pytest.approx([entropy([1, 1], [1, 3])])
    assert rate(AmScore(), torch.full((20, 10), 0.1)) == pytest.approx([math.log(10)], rel=1e-6)


def test_am_score_of_a_class_that_never_occurs_is_large_and_finite() -> None:
    expected = 0.5 * math.log(0.5) + 0.5 * math.log(0.5 / 1e-38)
    assert rate(AmScore(), certain(5, 0), certain(5, 5)) == pytest.approx([expected])


@pytest.mark.parametrize("metric", EVERY, ids=lambda metric: type(metric).__name__)
def test_order_neighbours_and_what_is_not_finite(metric: Metric) -> None:
    fake, real = normal(40, 5).softmax(1), normal(40, 5, seed=1).softmax(1)
    broken = fake.clone()
    broken[3, 1] = math.nan
    found = rate(metric, torch.stack([fake, broken, fake.flip(0)]), real)
    assert found[0] == pytest.approx(rate(metric, fake, real)[0])
    assert found[0] == pytest.approx(found[2])
    assert math.isnan(found[1])
