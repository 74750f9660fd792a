from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.errors import UserError
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.reference import CHUNK, Reference
from gbench.evaluation.samples import Samples
from gbench.plugins import option
from gbench_features.pixels import Pixels
from gbench_metrics.frechet_distance import FrechetDistance
from gbench_metrics.kid import Kid
from gbench_metrics.precision_recall import PrecisionRecall

TRAIN = torch.arange(2.0 * (CHUNK + 1)).reshape(-1, 2, 1, 1)
DATA = Data(train={"real": TRAIN}, test={"real": TRAIN[:3] + 0.5})


def test_chunks_are_joined_in_order() -> None:
    assert Reference(DATA, {"pixels": Pixels()}).features("pixels").equal(TRAIN.flatten(1))


def test_splits_are_kept_apart() -> None:
    reference = Reference(DATA, {"pixels": Pixels()})
    assert reference.features("pixels", "test").tolist() == [[0.5, 1.5], [2.5, 3.5], [4.5, 5.5]]
    assert len(reference.features("pixels", "train")) == CHUNK + 1


def test_an_unknown_split_is_a_users_mistake() -> None:
    with pytest.raises(UserError) as error:
        Reference(DATA, {"pixels": Pixels()}).features("pixels", "tset")
    assert str(error.value) == "unknown split 'tset'; did you mean 'test'?"


def test_pixels_give_no_probabilities() -> None:
    with pytest.raises(UserError) as error:
        Reference(DATA, {"pixels": Pixels()}).probabilities("pixels")
    assert str(error.value) == "features 'pixels' give no class probabilities; use features of a classifier"


@dataclass(kw_only=True)
class Doubled(Features):
    """Twice the pixels; counts how many samples it was asked for, in all instances."""

    factor: float = option(2.0, "factor")
    with_probabilities: bool = option(False, "whether there are any")

    asked = 0

    def extract(self, images: Tensor) -> Extracted:
        Doubled.asked += len(images)
        vectors = self.factor * images.flatten(1)
        return Extracted(vectors, vectors.softmax(1) if self.with_probabilities else None)


@pytest.fixture(autouse=True)
def _nobody_asked_yet() -> None:
    Doubled.asked = 0


def reference(folder: Path | None, data: Data = DATA, **options: Any) -> Reference:
    return Reference(data, {"doubled": Doubled(**options)}, folder)


def test_real_features_are_computed_once_for_all_who_share_a_folder(tmp_path: Path) -> None:
    first, second = (reference(tmp_path, with_probabilities=True) for _ in range(2))
    assert first.features("doubled").equal(2 * TRAIN.flatten(1))
    assert second.features("doubled").equal(2 * TRAIN.flatten(1))
    assert second.probabilities("doubled").equal(first.probabilities("doubled"))
    assert Doubled.asked == CHUNK + 1
    assert [path.name.rpartition("-")[0] for path in tmp_path.iterdir()] == ["doubled-train"]


def test_each_split_and_each_option_and_each_data_set_has_a_file_of_its_own(tmp_path: Path) -> None:
    reference(tmp_path).features("doubled", "test")
    assert Doubled.asked == 3
    assert reference(tmp_path, factor=3.0).features("doubled", "test")[0].tolist() == [1.5, 4.5]
    assert Doubled.asked == 6
    changed = replace(DATA, test={"real": TRAIN[:3]})
    assert reference(tmp_path, changed).features("doubled", "test")[0].tolist() == [0.0, 2.0]
    assert Doubled.asked == 9
    assert len(list(tmp_path.iterdir())) == 3


def test_features_that_cost_nothing_are_not_kept(tmp_path: Path) -> None:
    Reference(DATA, {"pixels": Pixels()}, tmp_path).features("pixels")
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        reference(None).features("doubled")
    assert Doubled.asked == 2 * (CHUNK + 1)
    assert list(tmp_path.iterdir()) == []


def test_what_a_metric_derives_is_kept_with_its_options(tmp_path: Path) -> None:
    def fitted(**options: Any) -> FrechetDistance:
        metric = FrechetDistance(features="doubled", **options)
        metric.fit(reference(tmp_path))
        return metric

    first, second = fitted(), fitted()
    assert Doubled.asked == CHUNK + 1  # what is kept is enough: features are not even read
    for name in ("mean", "trace", "factor"):
        assert getattr(second, name).equal(getattr(first, name))
    assert fitted(split="test").mean.tolist() == [5.0, 7.0]


@pytest.mark.parametrize("kind", [FrechetDistance, Kid, PrecisionRecall])
def test_scores_are_the_same_with_what_was_kept(tmp_path: Path, kind: Any) -> None:
    scores = []
    fake = torch.randn(2, 50, 2, 1, 1, generator=torch.Generator().manual_seed(0))
    for folder in (None, tmp_path, tmp_path):
        metric = kind(features="doubled", samples=50)
        metric.fit(reference(folder))
        scores.append(metric.score(Samples(fake, {"doubled": Doubled()})))
    for found in scores[1:]:
        assert list(found) == metric.names()
        assert all(found[key].equal(scores[0][key]) for key in found)
