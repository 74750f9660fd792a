import pytest
import torch
from torch import Tensor
from vendi_score import vendi

from gbench_metrics.vendi import Vendi

from .vectors import normal, score


def scores(fake: Tensor) -> list[float]:
    return score(Vendi(), fake.flatten(0, -2), fake)["vendi-pixels-1k"]


@pytest.mark.parametrize("shape", [(40, 7), (20, 50)])
def test_it_agrees_with_the_authors_library(shape: tuple[int, int]) -> None:
    fake = normal(*shape) + 0.3
    assert scores(fake) == pytest.approx([vendi.score_dual(fake.double().numpy(), normalize=True)])


def test_copies_are_one_and_orthogonal_samples_are_as_many() -> None:
    assert scores(torch.full((30, 4), 0.3)) == pytest.approx([1.0])
    assert scores(torch.diag(torch.arange(1.0, 9.0))) == pytest.approx([8.0])
    assert scores(torch.eye(6).repeat(5, 1)) == pytest.approx([6.0])


def test_features_without_length_are_a_kind_of_their_own() -> None:
    assert scores(torch.zeros(10, 3)) == pytest.approx([1.0])
    assert scores(torch.cat([torch.zeros(5, 3), torch.ones(5, 3)])) == pytest.approx([2.0])


def test_order_scale_and_neighbours() -> None:
    fake = normal(30, 5)
    broken = fake.clone()
    broken[0, 0] = torch.inf
    [first, of_broken, last] = scores(torch.stack([fake, broken, 7 * fake.flip(0)]))
    assert [first, last] == pytest.approx(scores(fake) * 2)
    assert of_broken != of_broken
