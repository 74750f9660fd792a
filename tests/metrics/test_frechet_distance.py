import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torchmetrics.image.fid import FrechetInceptionDistance

from gbench.errors import UserError
from gbench_metrics.frechet_distance import FrechetDistance

from .vectors import normal, score, whitened


def distances(real: Tensor, fake: Tensor, **options: str) -> list[float]:
    return score(FrechetDistance(**options), real, fake)["fd-pixels-1k-train"]  # type: ignore[arg-type]


def by_square_root(real: Tensor, fake: Tensor) -> float:
    """The textbook's formula with scipy's matrix square root."""
    x, y = real.double().numpy(), fake.double().numpy()
    first, second = np.cov(x.T), np.cov(y.T)
    root = scipy.linalg.sqrtm(first @ second).real
    return float(((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(first + second - 2 * root))


@pytest.mark.parametrize("shape", [(50, 8), (5, 8), (2, 3)])
def test_a_set_is_no_distance_from_itself(shape: tuple[int, int]) -> None:
    x = normal(*shape)
    assert distances(x, x) == pytest.approx([0.0], abs=1e-6)


@pytest.mark.parametrize("shape", [(50, 8), (5, 8)])
def test_a_shift_costs_its_squared_length(shape: tuple[int, int]) -> None:
    x = normal(*shape)
    assert distances(x, x + torch.tensor([3.0, 4.0] + [0.0] * 6)) == pytest.approx([25.0], rel=1e-5)


def test_gaussians_of_different_width() -> None:
    real, fake = 2 * whitened(100, 6), 0.5 * whitened(80, 6, seed=1) + 1
    assert distances(real, fake) == pytest.approx([6 * 1.0 + 6 * 1.5**2], rel=1e-5)


@pytest.mark.parametrize(("real", "fake"), [((60, 7), (40, 7)), ((60, 7), (9, 7))])
def test_it_agrees_with_scipy(real: tuple[int, int], fake: tuple[int, int]) -> None:
    mix = normal(7, 7, seed=3)
    x, y = normal(*real, seed=1) @ mix, normal(*fake, seed=2) + 0.3
    assert distances(x, y) == pytest.approx([by_square_root(x, y)], rel=1e-6)


@pytest.mark.parametrize(("real", "fake"), [((300, 40), (200, 40)), ((30, 40), (200, 40))])
def test_it_agrees_with_torchmetrics(real: tuple[int, int], fake: tuple[int, int]) -> None:
    mix = normal(40, 40, seed=3)
    x, y = (normal(*real, seed=1) @ mix).relu().double(), normal(*fake, seed=2).exp().double()
    given = torch.nn.Identity()
    given.num_features = 40  # type: ignore[assignment]
    theirs = FrechetInceptionDistance(feature=given)
    theirs.update(x, real=True)
    theirs.update(y, real=False)
    assert distances(x, y) == pytest.approx([theirs.compute().item()], rel=1e-6)


@pytest.mark.parametrize(("real", "fake"), [((6, 20), (50, 20)), ((50, 20), (6, 20)), ((6, 20), (9, 20))])
def test_fewer_samples_than_features(real: tuple[int, int], fake: tuple[int, int]) -> None:
    x, y = normal(*real, seed=1), normal(*fake, seed=2)
    centred = [(z - z.mean(0)).double() for z in (x, y)]
    overlap = (
        torch.linalg.matrix_norm(centred[0] @ centred[1].T, "nuc") / ((len(x) - 1) * (len(y) - 1)) ** 0.5
    )
    shift = (x.mean(0) - y.mean(0)).double().square().sum()
    spread = x.double().var(0).sum() + y.double().var(0).sum()
    assert distances(x, y) == pytest.approx([(shift + spread - 2 * overlap).item()], rel=1e-6)


def test_the_bias_of_few_samples_against_the_true_law() -> None:
    mean = torch.tensor(distances(whitened(1000, 8), normal(200, 400, 8))).mean().item()
    assert mean == pytest.approx(8 * 13 / (4 * 400), rel=0.1)


def test_the_bias_of_two_equally_small_sets() -> None:
    sets = normal(200, 2, 400, 8)
    mean = torch.tensor([distances(*pair)[0] for pair in sets]).mean().item()
    assert mean == pytest.approx(8 * 13 / (2 * 400), rel=0.1)


def test_the_split_is_an_option() -> None:
    train = normal(30, 4)
    scores = score(FrechetDistance(split="test"), train, train, test=train + 1)
    assert scores["fd-pixels-1k-test"] == pytest.approx([4.0], rel=1e-5)
    with pytest.raises(UserError) as error:
        score(FrechetDistance(split="validation"), train, train)  # type: ignore[arg-type]
    assert str(error.value) == "unknown split 'validation'; known: test, train"


@settings(max_examples=25)
@given(seed=st.integers(0, 1000), rows=st.integers(3, 30))
def test_symmetry_order_rotation_and_neighbours(seed: int, rows: int) -> None:
    real, fake = normal(20, 5, seed=seed), 2 * normal(rows, 5, seed=seed + 1) + 1
    alone = distances(real, fake)
    turn, _ = torch.linalg.qr(normal(5, 5, seed=seed + 2))
    order = torch.randperm(rows, generator=torch.Generator().manual_seed(seed))
    assert distances(fake, real) == pytest.approx(alone, rel=1e-5)
    assert distances(real @ turn, fake @ turn) == pytest.approx(alone, rel=1e-4)
    together = distances(real, torch.stack([fake[order], fake * 3, fake]))
    assert together[::2] == pytest.approx(alone * 2, rel=1e-6)
    assert together[2] == alone[0]


def test_singular_covariances_of_many_samples() -> None:
    """Constant and repeated features, more samples than features: those of the others alone, and twice."""
    x, y = normal(40, 3, seed=1), 2 * normal(30, 3, seed=2) + 1
    wide = [torch.cat([z, z, torch.full((len(z), 2), 0.5)], 1) for z in (x, y)]
    assert distances(*wide) == pytest.approx([2 * by_square_root(x, y)], rel=1e-6)


@pytest.mark.parametrize("rows", [3, 30])
def test_constant_samples_are_as_far_as_the_real_spread_and_mean(rows: int) -> None:
    x = 2 * whitened(50, 6)
    assert distances(x, torch.ones(rows, 6)) == pytest.approx([6 + 4 * 6], rel=1e-5)
    assert distances(torch.ones(rows, 6), x) == pytest.approx([6 + 4 * 6], rel=1e-5)
    assert distances(torch.ones(rows, 6), torch.ones(rows, 6)) == [0.0]


def test_features_that_are_not_finite_have_no_score_and_harm_nobody() -> None:
    x, broken = normal(20, 4), normal(20, 4, seed=1)
    broken[3, 2] = torch.inf
    alone = distances(x, x + 1)
    found = distances(x, torch.stack([broken, x + 1]))
    assert found[0] != found[0]
    assert found[1:] == alone


@pytest.mark.parametrize(
    ("real", "message"),
    [
        (torch.ones(1, 3), "a Fréchet distance needs at least 2 real samples; this split has 1"),
        (
            torch.full((5, 3), torch.nan),
            "a Fréchet distance needs finite features; this split's are not",
        ),
    ],
)
def test_real_samples_without_a_covariance_are_refused(real: Tensor, message: str) -> None:
    with pytest.raises(UserError) as error:
        distances(real, torch.ones(4, 3))
    assert str(error.value) == message
