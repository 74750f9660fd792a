"""Wasserstein distances against closed forms and against POT."""

import math

import ot
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from gbench.data.dataset import Data
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench_metrics.optimal_transport import OptimalTransport


def measure(fake: Tensor, real: Tensor) -> dict[str, list[float]]:
    """Of points [R, N, D] and [N, D]."""
    metric = OptimalTransport(samples=len(real))
    fields = {"real": real}
    metric.fit(Reference(Data(train=fields, test=fields), {}))
    return {key: values.tolist() for key, values in metric.score(Samples(fake, {})).items()}


def points(seed: int, count: int = 60) -> Tensor:
    return torch.randn(count, 2, generator=torch.Generator().manual_seed(seed))


def test_the_same_points_in_another_order_are_at_zero() -> None:
    real = points(0)
    assert measure(real.flip(0)[None], real) == {
        "wasserstein-1-60-test": [0.0],
        "wasserstein-2-60-test": [0.0],
    }


def test_a_shift_costs_its_length() -> None:
    real = points(0)
    found = measure(torch.stack([real + torch.tensor([3.0, 4.0]), real]), real)
    assert found["wasserstein-1-60-test"] == pytest.approx([5.0, 0.0], abs=1e-6)
    assert found["wasserstein-2-60-test"] == pytest.approx([5.0, 0.0], abs=1e-6)


def test_on_a_line_it_is_the_distance_of_the_sorted_points() -> None:
    fake, real = points(1)[:, :1], points(2)[:, :1]
    gaps = (fake.sort(0).values - real.sort(0).values).abs().double()
    found = measure(fake[None], real)
    assert found["wasserstein-1-60-test"] == pytest.approx([gaps.mean().item()], rel=1e-6)
    assert found["wasserstein-2-60-test"] == pytest.approx([gaps.square().mean().sqrt().item()], rel=1e-6)


@given(seed=st.integers(0, 1000), count=st.integers(2, 40))
def test_it_agrees_with_pot(seed: int, count: int) -> None:
    fake, real = points(seed, count).double(), points(seed + 1, count).double()
    weights = torch.full((count,), 1 / count, dtype=torch.double).numpy()
    costs = torch.cdist(fake, real).numpy()
    first, second = measure(fake[None], real).values()
    assert first == pytest.approx([ot.emd2(weights, weights, costs)], rel=1e-9)
    assert second == pytest.approx([math.sqrt(ot.emd2(weights, weights, costs**2))], rel=1e-9)
