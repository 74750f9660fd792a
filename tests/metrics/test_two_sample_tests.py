import numpy as np
import pytest
import torch
from scipy.stats import norm
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from torch import Tensor

from gbench.errors import UserError
from gbench_metrics import _neighbours
from gbench_metrics.classifier_two_sample import ClassifierTwoSample
from gbench_metrics.one_nearest_neighbour import OneNearestNeighbour

from .vectors import normal, score


def neighbours(real: Tensor, fake: Tensor, samples: int = 1000) -> tuple[list[float], ...]:
    """Accuracies of all, of real and of generated samples, for each replica."""
    return tuple(score(OneNearestNeighbour(samples=samples), real, fake).values())


def classified(real: Tensor, fake: Tensor, samples: int = 1000) -> list[float]:
    [accuracies] = score(ClassifierTwoSample(samples=samples), real, fake).values()
    return accuracies


def by_scikit_learn(real: Tensor, fake: Tensor) -> float:
    """Leaving one out, with scikit-learn's classifier."""
    x, y = torch.cat([real, fake]).numpy(), np.repeat([0, 1], [len(real), len(fake)])
    return cross_val_score(KNeighborsClassifier(1), x, y, cv=LeaveOneOut()).mean()


def test_names_say_the_protocol() -> None:
    assert OneNearestNeighbour().names() == [
        "one-nn-pixels-1k-train",
        "one-nn-real-pixels-1k-train",
        "one-nn-fake-pixels-1k-train",
    ]
    assert ClassifierTwoSample(split="test").names() == ["c2st-pixels-1k-test"]


def test_neighbours_agree_with_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_neighbours, "BLOCK", 7 * 60)
    real, fake = normal(60, 3), 0.8 * normal(60, 3, seed=1) + 0.5
    assert neighbours(real, fake)[0] == pytest.approx([by_scikit_learn(real, fake)])


def test_neighbours_of_one_law_are_told_apart_half_the_time() -> None:
    [accuracy, of_real, of_fake] = neighbours(normal(1000, 2), normal(4, 1000, 2, seed=1))
    assert np.mean(accuracy) == pytest.approx(0.5, abs=0.02)
    assert np.mean(of_real) == pytest.approx(0.5, abs=0.03)
    assert np.mean(of_fake) == pytest.approx(0.5, abs=0.03)


def test_neighbours_of_copies_are_never_right() -> None:
    real = normal(100, 3)
    assert neighbours(real, real.flip(0)) == ([0.0], [0.0], [0.0])


def test_neighbours_far_away_are_always_right() -> None:
    assert neighbours(normal(50, 3), normal(50, 3, seed=1) + 100) == ([1.0], [1.0], [1.0])


def test_a_collapsed_generator_knows_its_own_and_is_no_neighbour() -> None:
    real = normal(200, 2)
    _, of_real, of_fake = neighbours(real, real[:1] + 1e-4 * normal(200, 2, seed=1))
    assert of_real[0] > 0.95
    assert of_fake[0] > 0.95


def test_neighbours_equally_far_count_half() -> None:
    assert neighbours(torch.ones(20, 3), torch.ones(20, 3)) == ([0.5], [0.5], [0.5])


@pytest.mark.parametrize("delta", [1.0, 2.0])
def test_a_classifier_tells_a_shift(delta: float) -> None:
    real, fake = normal(3000, 3), normal(3000, 3, seed=1)
    fake[:, 1] += delta
    assert classified(real, fake, samples=3000) == pytest.approx([norm.cdf(delta / 2)], abs=0.02)


def test_a_classifier_guesses_where_there_is_nothing_to_tell() -> None:
    accuracies = classified(normal(1000, 5), normal(4, 1000, 5, seed=1))
    assert np.mean(accuracies) == pytest.approx(0.5, abs=0.03)


def test_a_classifier_of_copies_and_of_constant_images_is_right_half_the_time() -> None:
    real = normal(100, 3)
    assert classified(real, real) == [0.5]
    assert classified(torch.ones(100, 3), torch.ones(100, 3)) == [0.5]


def test_a_classifier_is_always_right_far_away() -> None:
    assert classified(normal(50, 300), normal(50, 300, seed=1) + 10) == [1.0]


def test_too_few_samples_are_a_users_mistake() -> None:
    with pytest.raises(UserError) as error:
        classified(normal(3, 2), normal(50, 2))
    assert str(error.value) == (
        "classifier-two-sample: at least 4 samples are needed; there are 1000 generated and 3 real"
    )


@pytest.mark.parametrize("metric", [OneNearestNeighbour(samples=40), ClassifierTwoSample(samples=40)])
def test_neighbours_in_the_cohort_do_not_count(metric: OneNearestNeighbour | ClassifierTwoSample) -> None:
    real, fake = normal(40, 3), normal(40, 3, seed=1) + 0.5
    broken = fake.clone()
    broken[0, 0] = torch.inf
    alone, together = score(metric, real, fake), score(metric, real, torch.stack([fake, broken, fake]))
    for key, values in together.items():
        assert [values[0], values[2]] == alone[key] * 2
        assert np.isnan(values[1])
