import math

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal

from gbench.data.density import Density

CORNERS = Density(torch.tensor([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]), 0.1)


def test_log_prob_agrees_with_scipy() -> None:
    points = CORNERS.sample(50, torch.Generator().manual_seed(0)).double()
    each = [multivariate_normal(centre, 0.01).pdf(points.numpy()) for centre in CORNERS.centers.numpy()]
    np.testing.assert_allclose(CORNERS.log_prob(points).numpy(), np.log(np.mean(each, axis=0)), atol=1e-6)


def test_log_prob_at_the_centre_of_one_gaussian() -> None:
    normal = Density(torch.zeros(1, 3), 2.0)
    assert normal.log_prob(torch.zeros(1, 3)).item() == pytest.approx(-1.5 * math.log(2 * math.pi * 4))


def test_log_prob_far_away_is_finite() -> None:
    assert CORNERS.log_prob(torch.tensor([[1e3, 1e3]])).item() == pytest.approx(-99_800_098.6, rel=1e-6)


def test_nearest_keeps_leading_axes() -> None:
    points = torch.tensor([[[0.9, 1.0], [-1.0, -1.3]], [[1.0, -1.0], [-1.0, 1.0]]])
    distance, mode = CORNERS.nearest(points)
    assert mode.tolist() == [[3, 0], [2, 1]]
    torch.testing.assert_close(distance, torch.tensor([[0.1, 0.3], [0.0, 0.0]]))


def test_samples_have_the_mixtures_moments() -> None:
    points = CORNERS.sample(100_000, torch.Generator().manual_seed(1))
    assert points.shape == (100_000, 2)
    torch.testing.assert_close(points.mean(0), torch.zeros(2), atol=0.015, rtol=0)
    torch.testing.assert_close(points.T.cov(), 1.01 * torch.eye(2), atol=0.02, rtol=0)


def test_the_generator_alone_decides_the_samples() -> None:
    first, second = (CORNERS.sample(10, torch.Generator().manual_seed(3)) for _ in range(2))
    assert first.equal(second)
    assert not first.equal(CORNERS.sample(10, torch.Generator().manual_seed(4)))
