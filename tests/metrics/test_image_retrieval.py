import pytest
import torch
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from gbench.errors import UserError
from gbench_metrics.image_retrieval import ImageRetrieval

from .vectors import normal, score


def distances(test: Tensor, fake: Tensor, **options: int) -> list[float]:
    values = score(ImageRetrieval(**options), torch.zeros_like(test), fake, test)
    assert list(values) == ["image-retrieval-pixels-1k-test"]
    return values["image-retrieval-pixels-1k-test"]


@pytest.mark.parametrize("k", [1, 4])
def test_it_agrees_with_scikit_learn(k: int) -> None:
    test, fake = normal(30, 5, seed=1), 2 * normal(50, 5, seed=2)
    found = NearestNeighbors(n_neighbors=k).fit(fake.double()).kneighbors(test.double())[0][:, -1]
    assert distances(test, fake, nearest_k=k) == pytest.approx([found.mean()], rel=1e-9)


def test_a_generator_that_draws_the_queries_finds_all() -> None:
    test = normal(30, 5)
    assert distances(test, test.flip(0)) == [0.0]


def test_a_missing_half_is_as_far_as_the_other() -> None:
    """Queries at 0 and at 10, samples at 0 alone."""
    test = torch.tensor([[0.0], [10.0]]).repeat(5, 1)
    assert distances(test, torch.zeros(20, 1)) == [5.0]


def test_more_samples_and_more_replicas() -> None:
    test, fake = normal(30, 5, seed=1), normal(40, 5, seed=2)
    alone = distances(test, fake)
    assert distances(test, torch.stack([fake + 9, fake.flip(0)]))[1] == alone[0]
    assert distances(test, fake.repeat(2, 1)) == alone
    assert distances(test, fake[:10])[0] > alone[0]


def test_a_neighbour_beyond_the_samples_is_a_users_mistake() -> None:
    with pytest.raises(UserError) as error:
        distances(normal(5, 2), normal(5, 2), nearest_k=1001)
    assert str(error.value) == "image-retrieval: nearest_k 1001 needs as many samples; there are 1000"
