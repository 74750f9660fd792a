import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from prdc import compute_prdc
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from gbench.errors import UserError
from gbench_metrics import _neighbours
from gbench_metrics.precision_recall import PrecisionRecall

from .vectors import normal, score

NAMES = ("precision", "recall", "density", "coverage")


def scores(real: Tensor, fake: Tensor, **options: int) -> dict[str, float]:
    return {name: values[0] for name, values in all_scores(real, fake, **options).items()}


def all_scores(real: Tensor, fake: Tensor, **options: int) -> dict[str, list[float]]:
    values = score(PrecisionRecall(**options), real, fake)  # type: ignore[arg-type]
    return {name: values[f"{name}-pixels-1k-train"] for name in NAMES}


def by_scikit_learn(real: Tensor, fake: Tensor, k: int) -> dict[str, float]:
    """The definitions, with scikit-learn's neighbours and whole matrices of distances."""
    x, y = real.double().numpy(), fake.double().numpy()
    radii_x, radii_y = (
        NearestNeighbors(n_neighbors=k).fit(z).kneighbors(return_distance=True)[0][:, -1] for z in (x, y)
    )
    distance = np.linalg.norm(x[:, None] - y, axis=-1)
    held = distance < radii_x[:, None]
    return {
        "precision": held.any(0).mean(),
        "recall": (distance < radii_y).any(1).mean(),
        "density": held.sum(0).mean() / k,
        "coverage": held.any(1).mean(),
    }


def clusters(count: int, seed: int) -> Tensor:
    """Twenty points around each of `count` places that are far apart."""
    places = 100 * torch.arange(count).repeat_interleave(20)
    return normal(20 * count, 2, seed=seed) * 0.1 + torch.stack([places, 0 * places], 1)


@pytest.mark.parametrize("k", [1, 3, 5])
@pytest.mark.parametrize("rows", [(60, 60), (60, 40)])
def test_it_agrees_with_scikit_learn(rows: tuple[int, int], k: int) -> None:
    real, fake = normal(rows[0], 3, seed=1) + 5, 0.8 * normal(rows[1], 3, seed=2) + 5.5
    assert scores(real, fake, nearest_k=k) == pytest.approx(by_scikit_learn(real, fake, k))


@pytest.mark.parametrize("columns", [2, 64, 512])
def test_it_agrees_with_prdc(columns: int) -> None:
    for real, fake in (
        (normal(300, columns), 0.9 * normal(200, columns, seed=1) + 0.1),
        (normal(300, columns).relu(), (normal(300, columns, seed=1) - 0.5).relu()),
        (normal(300, columns), normal(1, columns, seed=1) + 1e-4 * normal(300, columns, seed=2)),
        (normal(300, columns) + 1000, normal(300, columns, seed=1) + 1000),
    ):
        expected = compute_prdc(real.double().numpy(), fake.double().numpy(), 5)
        assert scores(real, fake) == pytest.approx(expected)


@pytest.mark.parametrize("columns", [2, 100])
def test_far_clusters_do_not_blur_what_is_within(columns: int) -> None:
    """Between them float32 would lose the distances within; with many pairs and with few."""
    real, fake = (0.01 * normal(120, columns, seed=seed) for seed in (1, 2))
    for clusters in (2, 40):
        places = 10_000 * (torch.arange(120) % clusters)[:, None]
        assert scores(real + places, fake + places) == pytest.approx(
            by_scikit_learn(real + places, fake + places, 5)
        )


def test_blocks_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_neighbours, "BLOCK", 7 * 40)
    real, fake = normal(60, 3, seed=1), 0.8 * normal(40, 3, seed=2) + 0.5
    assert scores(real, fake) == pytest.approx(by_scikit_learn(real, fake, 5))


def test_identical_sets_score_one() -> None:
    x = normal(200, 16)
    assert scores(x, x) == {"precision": 1.0, "recall": 1.0, "density": 1.0, "coverage": 1.0}


def test_four_of_ten_separated_modes() -> None:
    real = clusters(10, seed=1)
    found = scores(real, real[:80])
    assert found["coverage"] == pytest.approx(0.4)
    assert found["recall"] == pytest.approx(0.4)
    assert found["precision"] == 1.0
    assert found["density"] == pytest.approx(1.0)


def test_samples_far_away_score_nothing() -> None:
    real = normal(50, 3)
    assert scores(real, real + 1000) == dict.fromkeys(NAMES, 0.0)


def test_copies_of_one_real_image_are_precise_and_cover_little() -> None:
    real = normal(200, 3)
    found = scores(real, real[:1].repeat(200, 1) + 1e-3 * normal(200, 3, seed=1))
    assert found["precision"] == 1.0
    assert found["recall"] <= 0.01
    assert found["coverage"] < 0.2


def test_too_few_samples_for_the_neighbour_are_a_users_mistake() -> None:
    with pytest.raises(UserError) as error:
        scores(normal(5, 2), normal(50, 2))
    assert str(error.value) == (
        "precision-recall: nearest_k 5 needs more than 5 samples; there are 1000 generated and 5 real"
    )


@settings(max_examples=25)
@given(seed=st.integers(0, 1000))
def test_order_scale_shift_and_neighbours(seed: int) -> None:
    real, fake = normal(40, 3, seed=seed), normal(40, 3, seed=seed + 1) * 1.2
    order = torch.randperm(40, generator=torch.Generator().manual_seed(seed))
    alone = scores(real, fake)
    assert scores(4 * real, 4 * fake) == alone
    together = all_scores(real, torch.stack([fake[order], fake * 3, fake]))
    assert {name: values[0] for name, values in together.items()} == pytest.approx(alone)
    assert {name: values[2] for name, values in together.items()} == alone
    swapped = scores(fake, real)
    assert (swapped["precision"], swapped["recall"]) == (alone["recall"], alone["precision"])
