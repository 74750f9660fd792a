"""Nearest neighbours against scikit-learn."""

import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from gbench_metrics import _neighbours
from gbench_metrics._neighbours import nearest

from .vectors import normal


@pytest.mark.parametrize("k", [1, 3, 10])
@pytest.mark.parametrize("columns", [3, 7, 4000])
def test_it_agrees_with_scikit_learn(monkeypatch: pytest.MonkeyPatch, k: int, columns: int) -> None:
    monkeypatch.setattr(_neighbours, "BLOCK", columns)
    points, among = normal(20, 4, seed=1) + 100, normal(33, 4, seed=2) + 100
    distance, which = NearestNeighbors(n_neighbors=k).fit(among.double()).kneighbors(points.double())
    found = nearest(points, among, k)
    assert found[0].tolist() == pytest.approx(distance[:, -1].tolist(), rel=1e-12)
    assert found[1].tolist() == which[:, -1].tolist()


def test_a_copy_is_at_exactly_zero() -> None:
    among = 1000 + normal(50, 8)
    distance, which = nearest(among[[7, 3]], among)
    assert (distance.tolist(), which.tolist()) == ([0.0, 0.0], [7, 3])
    assert torch.equal(nearest(among[:1], among[:1].repeat(4, 1))[0], torch.zeros(1).double())
