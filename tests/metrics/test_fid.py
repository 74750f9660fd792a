from pathlib import Path

import pytest
import torch
from torch import Tensor

from gbench.api import Data, Extracted, Features, Metric, Reference, Samples, UserError
from gbench.evaluation.moments import Moments
from gbench_metrics.fid import Fid
from gbench_metrics.frechet_distance import FrechetDistance
from gbench_metrics.inception_kid import InceptionKid
from gbench_metrics.kid import Kid

from .vectors import normal

WIDTH = 2048


class Widened(Features):
    """In place of the network: four pixels, tiled to 2048 features."""

    def extract(self, images: Tensor) -> Extracted:
        return Extracted(images.flatten(1).repeat(1, WIDTH // 4))


def scored(metric: Metric, real: Tensor, fake: Tensor) -> dict[str, list[float]]:
    extractors: dict[str, Features] = {"inception-v3": Widened()}
    fields = {"real": real}
    metric.fit(Reference(Data(train=fields, test=fields), extractors))
    return {key: scores.tolist() for key, scores in metric.score(Samples(fake, extractors)).items()}


def images(count: int, seed: int = 0) -> Tensor:
    return normal(count, 1, 2, 2, seed=seed)


def write(folder: Path, real: Tensor, **facts: str) -> str:
    path = folder / "real.npz"
    Moments.of(Widened().extract(real).vectors, **facts).save(path)
    return str(path)


def test_it_is_the_frechet_distance_on_inception_under_its_own_name() -> None:
    real, fake = images(30), images(20, seed=1)[None] + 1
    [(key, value)] = scored(Fid(samples=20), real, fake).items()
    [same] = scored(FrechetDistance(samples=20, features="inception-v3"), real, fake).values()
    assert key == "fid-20-train"
    assert value == same
    assert Fid().names() == ["fid-10k-train"]
    assert Fid(samples=50_000, split="test").names() == ["fid-50k-test"]


def test_kid_likewise() -> None:
    real, fake = images(30), images(20, seed=1)[None] + 1
    [(key, value)] = scored(InceptionKid(samples=20), real, fake).items()
    [same] = scored(Kid(samples=20, features="inception-v3"), real, fake).values()
    assert key == "kid-20-train"
    assert value == same
    assert InceptionKid(split="test").names() == ["kid-10k-test"]


def test_a_file_stands_for_the_real_side(tmp_path: Path) -> None:
    """2048 features that are 4, tiled: a covariance of rank 4, from the file and from 30 samples."""
    real, fake = images(30), images(20, seed=1)[None] + 1
    path = write(tmp_path, real, features="inception-v3", split="train")
    [computed] = scored(Fid(samples=20), real, fake).values()
    [known] = scored(Fid(samples=20, reference=path), images(2, seed=9), fake).values()
    assert known == pytest.approx(computed, rel=1e-6)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"split": "test"}, "was made with split test, but fid is to compare train"),
        ({"features": "pixels"}, "was made with features pixels, but fid is to compare inception-v3"),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, facts: dict[str, str], message: str) -> None:
    path = write(tmp_path, images(3), **facts)
    with pytest.raises(UserError) as error:
        scored(Fid(reference=path), images(3), images(3)[None])
    assert str(error.value) == f"{path} {message}"


def test_a_file_of_another_width_is_refused(tmp_path: Path) -> None:
    Moments.of(torch.eye(3)).save(path := tmp_path / "real.npz")
    with pytest.raises(UserError) as error:
        scored(Fid(reference=str(path)), images(3), images(3)[None])
    assert str(error.value) == f"{path} is of 3 features; fid compares 2048"
