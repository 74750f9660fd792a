import ot
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from gbench_metrics._slices import unit_vectors
from gbench_metrics.sliced_wasserstein import SlicedWasserstein

from .vectors import normal, score, whitened


def distances(real: Tensor, fake: Tensor, test: Tensor | None = None, **options: int | str) -> list[float]:
    (values,) = score(SlicedWasserstein(**options), real, fake, test).values()  # type: ignore[arg-type]
    return values


def test_the_key_says_the_protocol() -> None:
    assert SlicedWasserstein().names() == ["sliced-wasserstein-pixels-1k-train"]


def test_a_shift_costs_its_length_over_the_root_of_the_dimensions() -> None:
    x = normal(50, 16)
    assert distances(x, x + torch.tensor([3.0, 4.0] + [0.0] * 14)) == pytest.approx([5 / 4], rel=1e-6)


def test_gaussians_of_different_width_cost_the_difference() -> None:
    """Of unit sample covariance, every projection has variance 1 by N − 1, so (N − 1)/N by N."""
    x = whitened(400, 6)
    expected = 1.5 * (399 / 400) ** 0.5
    assert distances(2 * x, 0.5 * x) == pytest.approx([expected], rel=1e-5)


@pytest.mark.parametrize("rows", [(60, 60), (60, 25)])
def test_it_agrees_with_pot(rows: tuple[int, int]) -> None:
    real, fake = normal(rows[0], 5, seed=1), 2 * normal(rows[1], 5, seed=2) + 1
    lines = unit_vectors(5, 128).numpy()
    expected = ot.sliced_wasserstein_distance(fake.double().numpy(), real.double().numpy(), projections=lines)
    assert distances(real, fake) == pytest.approx([expected], rel=1e-9)


def test_the_directions_are_close_to_all_of_them() -> None:
    real, fake = normal(300, 40, seed=1), 1.3 * normal(300, 40, seed=2) + 0.2
    assert distances(real, fake) == pytest.approx(distances(real, fake, directions=2000), rel=0.02)


def test_all_samples_the_same_and_all_data_the_same() -> None:
    point = torch.full((30, 4), 0.5)
    assert distances(point, point) == [0.0]
    assert distances(point, point + 1) == pytest.approx([1.0])


def test_the_split_is_an_option() -> None:
    train = normal(30, 4)
    assert distances(train, train, test=train + 1, split="test") == pytest.approx([1.0], rel=1e-6)


@settings(max_examples=20)
@given(seed=st.integers(0, 1000))
def test_symmetry_order_duplicates_and_neighbours(seed: int) -> None:
    real, fake = normal(20, 5, seed=seed), 2 * normal(20, 5, seed=seed + 1) + 1
    alone = distances(real, fake)
    order = torch.randperm(20, generator=torch.Generator().manual_seed(seed))
    assert distances(fake, real) == pytest.approx(alone)
    assert distances(real, fake.repeat(3, 1)) == pytest.approx(alone)
    shuffled, _, same = distances(real, torch.stack([fake[order], fake * 3, fake]))
    assert [same] == alone
    assert shuffled == pytest.approx(same, rel=1e-12)  # a product of matrices rounds by the place of a row
