import pytest
import torch
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from gbench_metrics.nearest_training_distance import NearestTrainingDistance

from .vectors import normal, score

KEYS = ["nearest-training-gap-pixels-1k", "nearest-training-distance-pixels-1k"]


def values(train: Tensor, fake: Tensor, test: Tensor) -> list[list[float]]:
    """Gap and distance of each replica."""
    scores = score(NearestTrainingDistance(), train, fake, test)
    assert list(scores) == KEYS
    return [list(row) for row in zip(*scores.values(), strict=True)]


def test_points_on_a_line() -> None:
    train = torch.tensor([[0.0], [10.0], [20.0]])
    fake, test = torch.tensor([[1.0], [13.0]]), torch.tensor([[9.0], [25.0], [20.0]])
    assert values(train, fake, test)[0] == pytest.approx([0.0, 2.0])
    assert values(train, fake + 1, test)[0] == pytest.approx([1.0, 3.0])


def test_it_agrees_with_scikit_learn() -> None:
    train, test, fake = normal(80, 4, seed=1), normal(30, 4, seed=2), 2 * normal(40, 4, seed=3)
    neighbours = NearestNeighbors(n_neighbors=1).fit(train.double())
    expected, distance = (neighbours.kneighbors(x.double())[0].mean() for x in (test, fake))
    assert values(train, fake, test)[0] == pytest.approx([abs(distance - expected), distance], rel=1e-9)


def test_copies_are_at_no_distance_but_have_a_gap() -> None:
    train, test = normal(80, 4, seed=1), normal(80, 4, seed=2)
    fresh, copied = values(train, torch.stack([normal(80, 4, seed=3), train]), test)
    assert copied[1] == 0.0
    assert copied[0] == values(train, test, test)[0][1]
    assert copied[0] > 3 * fresh[0]


def test_constant_data_and_constant_samples() -> None:
    point = torch.full((10, 4), 0.5)
    assert values(point, point, point)[0] == [0.0, 0.0]
    assert values(point, point + 1, point)[0] == pytest.approx([2.0, 2.0])


def test_order_duplicates_and_neighbours() -> None:
    train, test, fake = normal(30, 4, seed=1), normal(20, 4, seed=2), normal(10, 4, seed=3)
    alone = values(train, fake, test)[0]
    assert values(train.flip(0), torch.stack([train[:10], fake]), test)[1] == alone
    assert values(train, fake.repeat(3, 1), test)[0] == pytest.approx(alone)
