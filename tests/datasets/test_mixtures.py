import math

import pytest
import torch

from gbench.data.dataset import Data
from gbench_datasets.grid import Grid
from gbench_datasets.point_mass import PointMass
from gbench_datasets.ring import Ring


def centers(data: Data) -> torch.Tensor:
    assert data.density is not None
    return data.density.centers


def test_the_ring_has_eight_modes_a_forty_fifth_of_a_turn_apart() -> None:
    data = Ring(points=10).load()
    half = math.sqrt(0.5)
    expected = [(1, 0), (half, half), (0, 1), (-half, half), (-1, 0), (-half, -half), (0, -1), (half, -half)]
    torch.testing.assert_close(centers(data), torch.tensor(expected), atol=1e-6, rtol=0)
    assert data.shape == (2,)
    assert data.classes is None


def test_ring_options_shape_the_density() -> None:
    data = Ring(modes=3, radius=2, std=0.1, points=10).load()
    torch.testing.assert_close(centers(data).norm(dim=1), torch.full((3,), 2.0))
    assert data.density is not None
    assert data.density.std == 0.1


def test_ring_points_spread_by_the_standard_deviation() -> None:
    data = Ring().load()
    assert data.density is not None
    assert data.train["real"].shape == (100_000, 2)
    assert data.test["real"].shape == (10_000, 2)
    distance, mode = data.density.nearest(data.train["real"])
    assert distance.square().mean().item() == pytest.approx(2 * 0.01**2, rel=0.02)
    assert mode.bincount().min().item() > 12_500 - 500


def test_the_grid_is_that_of_the_paper() -> None:
    data = Grid(points=10).load()
    expected = {(x, y) for x in (-4.0, -2.0, 0.0, 2.0, 4.0) for y in (-4.0, -2.0, 0.0, 2.0, 4.0)}
    assert {tuple(centre) for centre in centers(data).tolist()} == expected


def test_a_scaled_grid_is_the_same_grid_smaller() -> None:
    whole, quarter = Grid(points=100).load(), Grid(points=100, scale=0.25).load()
    torch.testing.assert_close(quarter.train["real"], whole.train["real"] / 4, atol=1e-6, rtol=1e-5)
    assert centers(quarter).abs().max().item() == 1.0


def test_an_even_grid_is_centred_too() -> None:
    assert centers(Grid(side=2, points=1).load()).tolist() == [[-1, -1], [-1, 1], [1, -1], [1, 1]]


def test_the_point_mass_lies_at_the_origin() -> None:
    data = PointMass(points=3, dimensions=2).load()
    assert data.train["real"].tolist() == [[0, 0]] * 3
    assert data.test["real"].tolist() == [[0, 0]] * 3
    assert PointMass().load().shape == (1,)
