"""Probes of samples and of what the discriminator says of them."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import norm
from torch import Tensor, nn

from gbench.data.dataset import Data
from gbench.data.density import Density
from gbench.engine.replicas import Replicas
from gbench.errors import UserError
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.trained import Trained
from gbench.testing import images, make_cohort, make_recipe, use
from tests.probes.looking import generating, linear, look, seen

PLANE = [[1.0, 0.0], [0.0, 1.0]]
CPU = torch.device("cpu")


class Coordinate(nn.Module):
    """D(x) is the first coordinate."""

    def forward(self, samples: Tensor) -> Tensor:
        return samples[:, 0]


def normal(count: int, seed: int, shift: float = 0.0) -> Tensor:
    points = torch.randn(count, 2, generator=torch.Generator().manual_seed(seed))
    return points + torch.tensor([shift, 0.0])


def judging(train: Tensor, test: Tensor, loss: str = "non-saturating") -> Trained:
    """Generators of N(0, 1) and of N(−1, 1), and the first coordinate as the score."""
    data = Data(train={"real": train}, test={"real": test})
    model = use("model", "mlp", latents=2, width=4)
    cohort = make_cohort(make_recipe(model=model, loss=use("loss", loss)), data, range(2))
    generators = [linear(PLANE), linear(PLANE, [-1.0, 0.0])]
    cohort.networks["generator"] = Replicas(generators, "loop", CPU)
    cohort.networks["discriminator"] = Replicas([Coordinate(), Coordinate()], "loop", CPU)
    return seen(cohort, data)


def test_discriminator_of_gaussians() -> None:
    """N(δ, 1) is above 0 with Φ(δ), and above N(0, 1) with Φ(δ / √2)."""
    trained = judging(normal(4000, 1), normal(4000, 2, shift=0.5))
    found = look("discriminator-accuracy", trained, samples=4000)
    values = {key.rpartition("-4k")[0]: value.tolist() for key, value in found.values.items()}
    held_out = norm.cdf(0.5)
    assert values["discriminator-accuracy"] == pytest.approx(
        [(held_out + 0.5) / 2, (held_out + norm.cdf(1)) / 2], abs=0.02
    )
    auc = [norm.cdf(0.5 / math.sqrt(2)), norm.cdf(1.5 / math.sqrt(2))]
    assert values["discriminator-auc"] == pytest.approx(auc, abs=0.02)
    gap = [0.5 - auc[0], norm.cdf(1 / math.sqrt(2)) - auc[1]]
    assert values["discriminator-gap"] == pytest.approx(gap, abs=0.02)
    np.testing.assert_allclose(
        found.tables["accuracy"], [[0.5, held_out, 0.5], [0.5, held_out, norm.cdf(1)]], atol=0.03
    )


def test_energies_are_low_for_real_samples_and_have_no_zero() -> None:
    trained = judging(normal(500, 1, shift=9.0), normal(500, 2, shift=9.0))
    assert look("discriminator-accuracy", trained).values["discriminator-auc-1k"].tolist() == [1, 1]
    trained.stage.loss.__class__.takes, former = "energies", trained.stage.loss.takes
    try:
        found = look("discriminator-accuracy", trained)
    finally:
        trained.stage.loss.__class__.takes = former
    assert found.values["discriminator-auc-1k"].tolist() == [0, 0]
    assert found.values["discriminator-accuracy-1k"].isnan().all()


def test_a_game_that_judges_nothing_has_no_accuracy() -> None:
    cohort = make_cohort(make_recipe(regularizers=[use("regularizer", "packing")]))
    values = look("discriminator-accuracy", seen(cohort, cohort_data())).values
    assert all(value.isnan().all() for value in values.values())


def cohort_data() -> Data:
    real = normal(64, 0)
    return Data(train={"real": real}, test={"real": real})


def neighbours(train: Tensor, test: Tensor, *generators: nn.Module, **options: float) -> list[float]:
    data = Data(train={"real": train}, test={"real": test})
    [values] = look("neighbours", generating(*generators, data=data), **options).values.values()
    return values.tolist()


def test_copies_are_no_distance_and_a_far_point_is_far() -> None:
    train = torch.tensor([[0.0, 0.0], [1.0, 0.0]])
    copy, far = linear([[0.0, 0.0], [0.0, 0.0]], [1.0, 0.0]), linear([[0.0, 0.0], [0.0, 0.0]], [1.0, 3.0])
    assert neighbours(train, torch.tensor([[0.0, 0.5]]), copy, far) == pytest.approx([0.0, 6.0])


def test_the_same_law_is_as_near_as_held_out_data() -> None:
    assert neighbours(normal(500, 0), normal(2000, 1), linear(PLANE), samples=2000) == pytest.approx(
        [1], abs=0.08
    )


def test_neighbours_in_any_order() -> None:
    train, test = normal(100, 0), normal(50, 1)
    whole = neighbours(train, test, linear(PLANE), linear(PLANE, [5.0, 0.0]))
    assert neighbours(train.flip(0), test.flip(0), linear(PLANE), linear(PLANE, [5.0, 0.0])) == pytest.approx(
        whole
    )


def test_held_out_data_that_was_trained_on_gives_no_scale() -> None:
    with pytest.raises(UserError) as caught:
        neighbours(normal(50, 0), normal(50, 0), linear(PLANE))
    assert (
        caught.value.message
        == "half of the held-out samples are training samples: no distance to compare with"
    )


def test_sheet_of_neighbours_shows_the_nearest_first() -> None:
    data = images()
    test = {name: field[::2] * 0.9 for name, field in data.train.items()}
    data = Data(train=data.train, test=test, classes=2)

    class Third(nn.Module):
        def forward(self, latents: Tensor) -> Tensor:
            return data.train["real"][2].expand(len(latents), -1, -1, -1)

    found = look("neighbours", generating(Third(), data=data))
    [sheet] = found.pictures["neighbours-pixels"]
    pixels = np.asarray(sheet)
    assert (pixels[:40, :40] == pixels[:40, 42:82]).all()
    assert not (pixels[:40, 42:82] == pixels[:40, 84:124]).all()


class Two(nn.Module):
    """The left point for z < 0, the right one otherwise, and every other of the left ones nowhere."""

    def forward(self, latents: Tensor) -> Tensor:
        left = (latents[:, 0] < 0).float()
        lost = (torch.arange(len(latents)) % 2 == 0) & (left > 0)
        return torch.stack([1 - 2 * left, 9.0 * lost], 1)


def test_mode_histogram_counts() -> None:
    centres = torch.tensor([[-1.0, 0.0], [1.0, 0.0], [3.0, 0.0]])
    density = Density(centres, 0.1)
    real = centres.repeat_interleave(torch.tensor([50, 25, 25]), 0)
    data = Data(train={"real": real}, test={"real": real}, density=density)
    found = look("mode-histogram", generating(Two(), data=data))
    [[generated, real_shares]] = found.tables["mode-histogram"].tolist()
    assert real_shares == [0.5, 0.25, 0.25, 0]
    assert generated == pytest.approx([0.25, 0.5, 0, 0.25], abs=0.03)
    distance = sum(max(g - p, 0) for g, p in zip(generated, real_shares, strict=True))
    assert found.values["mode-distance-2.5k"].tolist() == pytest.approx([distance])
    collapsed = generating(linear([[0.0, 0.0], [0.0, 0.0]], [3.0, 0.0]), data=data)
    assert look("mode-histogram", collapsed).values["mode-distance-2.5k"].tolist() == [0.75]


def test_a_perfect_generator_of_eight_modes_scores_as_the_class_says() -> None:
    """√((K − 1) / (2π N)) with K 8 and N 2500, 0.021."""
    angles = torch.arange(8) * (math.pi / 4)
    density = Density(torch.stack([angles.cos(), angles.sin()], 1), 0.01)

    class Ring(nn.Module):
        def forward(self, latents: Tensor) -> Tensor:
            place = (torch.atan2(latents[:, 1], latents[:, 0]) / (math.pi / 4)).round() * (math.pi / 4)
            return torch.stack([place.cos(), place.sin()], 1)

    data = Data(train={"real": density.centers}, test={"real": density.centers}, density=density)
    trained = generating(*[Ring() for _ in range(8)], data=data)
    [values] = look("mode-histogram", trained).values.values()
    assert values.mean().item() == pytest.approx(math.sqrt(7 / (2 * math.pi * 2500)), rel=0.25)


class Sign(Features):
    """Class 1 if the mean of the right half is above that of the left, 2 never."""

    def extract(self, images: Tensor) -> Extracted:
        rising = (images[..., 4:].mean((1, 2, 3)) > images[..., :4].mean((1, 2, 3))).long()
        return Extracted(images.flatten(1), nn.functional.one_hot(rising, 3).float())


class Bright(nn.Module):
    """Constant images: no side is brighter, so all are class 0; NaN where it is told so."""

    def __init__(self, level: float):
        super().__init__()
        self.level = level

    def forward(self, latents: Tensor) -> Tensor:
        return latents.new_full((len(latents), 1, 8, 8), self.level)


def test_class_histogram_of_constant_images_and_of_none() -> None:
    """Half of the data is class 0, all samples are: half of them would have to move; class 2 never occurs."""
    trained = generating(Bright(0.5), data=images(), latents=2)
    found = look("class-histogram", seen(trained.cohort, images(), classifier=Sign()), samples=100)
    assert found.tables["class-histogram"].tolist() == [[[1, 0, 0], [0.5, 0.5, 0]]]
    assert found.values["class-distance-classifier-100"].tolist() == [0.5]
    broken = generating(Bright(math.nan), data=images(), latents=2)
    found = look("class-histogram", seen(broken.cohort, images(), classifier=Sign()))
    assert found.values["class-distance-classifier-1k"].isnan().all()
    assert found.pictures["class-histogram"] == [None]


def test_rating_sheet_says_which_are_real(tmp_path: Path) -> None:
    found = look("rating-sheet", generating(Bright(1.0), Bright(1.0), data=images(), latents=2))
    keys = found.tables["rating-key"]
    for key, sheet in zip(keys, found.pictures["rating-sheet"], strict=True):
        assert sum(key) == 32
        white = [(np.asarray(sheet)[r : r + 40, c : c + 40] == 255).all() for r, c in corners()]
        assert [not tile for tile in white] == [bool(real) for real in key]
    assert keys[0] != keys[1]
    assert found.values == {}


def corners() -> list[tuple[int, int]]:
    return [(42 * (tile // 8), 42 * (tile % 8)) for tile in range(64)]


def test_rating_sheet_of_few_held_out_images() -> None:
    few = {name: field[:5] for name, field in images().test.items()}
    data = Data(train=images().train, test=few, classes=2)
    [key] = look("rating-sheet", generating(Bright(1.0), data=data, latents=2)).tables["rating-key"]
    assert sorted(key) == [0] * 5 + [1] * 5
