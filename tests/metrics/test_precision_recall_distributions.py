import numpy as np
import pytest
import torch
from torch import Tensor

from gbench.errors import UserError
from gbench_metrics.precision_recall_distributions import PrecisionRecallDistributions, best_f

from .vectors import normal, score


def scores(real: Tensor, fake: Tensor, **options: int) -> tuple[list[float], list[float]]:
    """Recall and precision of each replica."""
    recall, precision = score(PrecisionRecallDistributions(**options), real, fake).values()  # type: ignore[arg-type]
    return recall, precision


def on_the_curve(real: np.ndarray, fake: np.ndarray, weight: float) -> float:
    """The best F on many slopes, by its definition."""
    slopes = np.tan(np.linspace(1e-6, np.pi / 2 - 1e-6, 100_001))
    precision = np.minimum(slopes[:, None] * real, fake).sum(1)
    recall = precision / slopes
    return ((1 + weight**2) * precision * recall / (weight**2 * precision + recall)).max()


def test_names_say_the_protocol() -> None:
    assert PrecisionRecallDistributions().names() == [
        "prd-recall-pixels-1k-train",
        "prd-precision-pixels-1k-train",
    ]


@pytest.mark.parametrize("weight", [8.0, 1.0, 1 / 8])
def test_the_maximum_is_at_a_kink(weight: float) -> None:
    real, fake = np.random.default_rng(0).dirichlet(np.ones(8), 2)
    fake[3] = real[5] = 0
    assert best_f(real, fake, weight) == pytest.approx(on_the_curve(real, fake, weight), rel=1e-4)
    assert best_f(real, fake, weight) >= on_the_curve(real, fake, weight)


def test_half_of_the_modes() -> None:
    """Precision 1 at recall 1/2, so F8 = 65/2 / 64.5 and F1/8 = (65/64)/2 / (1/64 + 1/2)."""
    real = torch.tensor([[0.0], [100.0]]).repeat(50, 1) + 0.1 * normal(100, 1)
    fake = 0.1 * normal(100, 1, seed=1)
    recall, precision = scores(real, fake, clusters=2)
    assert recall == pytest.approx([65 / 129])
    assert precision == pytest.approx([65 / 66])


def test_identical_sets_score_one_and_far_ones_nothing() -> None:
    x = normal(200, 5)
    assert scores(x, x) == (pytest.approx([1.0]), pytest.approx([1.0]))
    assert scores(x, x + 1000) == ([0.0], [0.0])


def test_constant_images() -> None:
    assert scores(torch.ones(50, 3), torch.ones(50, 3)) == ([1.0], [1.0])
    assert scores(torch.ones(50, 3), torch.zeros(50, 3)) == ([0.0], [0.0])


def test_fewer_samples_than_clusters_are_a_users_mistake() -> None:
    with pytest.raises(UserError) as error:
        scores(normal(19, 2), normal(50, 2))
    assert str(error.value) == (
        "precision-recall-distributions: at least 20 samples are needed; there are 1000 generated and 19 real"
    )


def test_neighbours_in_the_cohort_do_not_count() -> None:
    real, fake = normal(60, 3), normal(60, 3, seed=1) + 1
    alone, together = scores(real, fake, runs=2), scores(real, torch.stack([3 * fake, fake]), runs=2)
    assert (together[0][1], together[1][1]) == (alone[0][0], alone[1][0])
