import math

import numpy as np
import pytest
import torch
from sklearn.neighbors import KernelDensity
from torch import Tensor

from gbench.errors import UserError
from gbench_metrics import parzen_log_likelihood
from gbench_metrics.parzen_log_likelihood import ParzenLogLikelihood, log_likelihoods

from . import pictures, vectors
from .vectors import normal

KEY = "parzen-log-likelihood-1k-test"


def nats(train: Tensor, fake: Tensor, test: Tensor, **options: float | str) -> list[float]:
    (values,) = vectors.score(ParzenLogLikelihood(**options), train, fake, test).values()  # type: ignore[arg-type]
    return values


def test_the_key_says_the_protocol() -> None:
    assert ParzenLogLikelihood().names() == [KEY]


@pytest.mark.parametrize("rows", [7, 500])
def test_it_agrees_with_scikit_learn(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(parzen_log_likelihood, "ROWS", rows)
    real, points = normal(30, 4, seed=1).double(), normal(50, 4, seed=2).double()
    widths = [0.1, 0.5, 2.0]
    expected = [KernelDensity(bandwidth=width).fit(points).score(real) / 30 for width in widths]
    assert log_likelihoods(real, points, widths).tolist() == pytest.approx(expected, rel=1e-9)


def test_the_bandwidth_is_the_best_for_training_samples() -> None:
    """Every other of the training samples, by scikit-learn, from the same row of bandwidths."""
    train, test, fake = normal(40, 3, seed=1), normal(30, 3, seed=2), normal(50, 3, seed=3)
    row = np.geomspace(0.001, 1, 16)
    models = [KernelDensity(bandwidth=width).fit(fake.double()) for width in row]
    best = max(models, key=lambda model: model.score(train[1::2].double()))
    assert 0.1 < best.bandwidth < 1
    assert nats(train, fake, test) == pytest.approx([best.score(test.double()) / 30], rel=1e-9)


def test_one_point_is_one_gaussian() -> None:
    """All samples at 0, data at ±1: σ² = 1 is best, log N(1; 0, 1) in each of D dimensions."""
    data = torch.tensor([[1.0, 1.0], [-1.0, 1.0]]).repeat(10, 1)
    expected = -math.log(2 * math.pi) - 1
    assert nats(data, torch.zeros(20, 2), data) == pytest.approx([expected])
    assert nats(data, torch.zeros(20, 2), data, split="train") == pytest.approx([expected])


def test_images_are_taken_on_the_unit_interval() -> None:
    """White is half a unit from grey in each of 64 dimensions."""
    grey = torch.zeros(10, 1, 8, 8)
    white = torch.ones(10, 1, 8, 8)
    [found] = pictures.score(ParzenLogLikelihood(), white, grey)[KEY]
    row = np.geomspace(0.001, 1, 16)
    assert found == pytest.approx(max(-32 * np.log(2 * np.pi * row**2) - 64 * 0.25 / (2 * row**2)), rel=1e-6)


def test_a_part_of_the_law_scores_less_and_its_mere_centre_more() -> None:
    """What the estimate is known for: one point with the best bandwidth, here 1, is this law itself."""
    train, test = normal(400, 2, seed=1), normal(400, 2, seed=2)
    fresh = normal(400, 2, seed=3)
    whole, part, point = nats(train, torch.stack([fresh, fresh.abs(), 0 * fresh]), test)
    entropy = math.log(2 * math.pi * math.e)
    assert -entropy - 0.3 < whole < -entropy
    assert part < whole < point == pytest.approx(-entropy, abs=0.05)


def test_one_training_sample_leaves_none_for_validation() -> None:
    with pytest.raises(UserError) as error:
        nats(normal(1, 3), normal(20, 3), normal(20, 3))
    assert str(error.value) == (
        "parzen-log-likelihood: validation takes every other training sample; there is one"
    )


def test_order_duplicates_and_neighbours() -> None:
    train, test, fake = normal(40, 3, seed=1), normal(30, 3, seed=2), normal(20, 3, seed=3)
    alone = nats(train, fake, test)
    assert nats(train, torch.stack([9 * fake, fake]), test)[1] == alone[0]
    assert nats(train, fake.flip(0).repeat(2, 1), test) == pytest.approx(alone)
