"""Optimal transport along lines, against scipy."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance

from gbench_metrics._slices import in_order, transport_costs, unit_vectors

from .vectors import normal


@given(n=st.integers(1, 30), m=st.integers(1, 30), seed=st.integers(0, 1000))
def test_costs_agree_with_scipy(n: int, m: int, seed: int) -> None:
    x, y = normal(n, 3, seed=seed).double(), normal(m, 3, seed=seed + 1).double() + 0.5
    expected = [wasserstein_distance(*columns) for columns in zip(x.T.numpy(), y.T.numpy(), strict=True)]
    found = transport_costs(x.sort(0).values, y.sort(0).values, power=1)
    assert found.tolist() == pytest.approx(expected, rel=1e-9)


def test_columns_in_order() -> None:
    columns = normal(50, 7)
    assert torch.equal(in_order(columns), columns.sort(0).values)


def test_two_points_onto_three() -> None:
    """A third of the weight moves by 0, a sixth by 1, a sixth by 2, a third by 1; squared."""
    x, y = torch.tensor([[0.0], [3.0]]).double(), torch.tensor([[0.0], [1.0], [4.0]]).double()
    assert transport_costs(x, y, power=2).tolist() == pytest.approx([7 / 6])
    assert transport_costs(y, x, power=2).tolist() == pytest.approx([7 / 6])


@pytest.mark.parametrize(("dimensions", "count", "columns"), [(2, 5, 6), (8, 16, 16), (100, 7, 7)])
def test_directions_are_orthonormal_bases(dimensions: int, count: int, columns: int) -> None:
    found = unit_vectors(dimensions, count)
    assert found.shape == (dimensions, columns)
    for basis in found.split(min(dimensions, count), dim=1):
        torch.testing.assert_close(basis.T @ basis, torch.eye(basis.shape[1]).double())
    assert torch.equal(found, unit_vectors(dimensions, count))
