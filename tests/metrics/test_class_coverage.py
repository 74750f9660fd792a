import math
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from gbench.errors import UserError
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.samples import Samples
from gbench_features.pixels import Pixels
from gbench_metrics.class_coverage import ClassCoverage


@dataclass(kw_only=True)
class Given(Features):
    """The samples are the probabilities."""

    def extract(self, images: Tensor) -> Extracted:
        return Extracted(images, images)


def scores(probabilities: Tensor, **options: float) -> tuple[list[float], list[float]]:
    """Coverage and entropy, of probabilities [R, N, K]."""
    metric = ClassCoverage(**options)  # type: ignore[arg-type]
    values = metric.score(Samples(probabilities, {"classifier": Given()}))
    assert list(values) == metric.names()
    return values["class-coverage-1k"].tolist(), values["class-entropy-1k"].tolist()


def certain(counts: list[int]) -> Tensor:
    """Samples of class k, `counts[k]` times, as [1, N, K]."""
    return torch.eye(len(counts))[torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))][None]


def test_even_classes_score_one() -> None:
    coverage, entropy = scores(certain([5] * 10))
    assert coverage == [1.0]
    assert entropy == pytest.approx([1.0])


def test_one_class_of_ten() -> None:
    assert scores(certain([50] + [0] * 9)) == ([0.1], [0.0])


def test_two_even_classes_of_four() -> None:
    coverage, entropy = scores(certain([8, 8, 0, 0]))
    assert coverage == [0.5]
    assert entropy == pytest.approx([0.5])


def test_a_class_counts_from_a_quarter_of_its_fair_share() -> None:
    counts = [25, 24] + [0] * 7 + [951]
    assert scores(certain(counts))[0] == pytest.approx([0.2])
    assert scores(certain(counts), min_share=0.24)[0] == pytest.approx([0.3])


def test_the_most_probable_class_counts_however_unsure() -> None:
    unsure = torch.tensor([[[0.4, 0.3, 0.3], [0.3, 0.4, 0.3], [0.3, 0.3, 0.4]]])
    assert scores(unsure)[0] == [1.0]


def test_a_replica_without_finite_probabilities_is_nan_alone() -> None:
    both = torch.cat([certain([2, 2]), certain([2, 2])])
    both[0, 1, 1] = math.nan
    coverage, entropy = scores(both)
    assert math.isnan(coverage[0])
    assert math.isnan(entropy[0])
    assert (coverage[1], entropy[1]) == (1.0, pytest.approx(1.0))


def test_features_without_probabilities_are_a_users_mistake() -> None:
    with pytest.raises(UserError) as error:
        ClassCoverage(features="pixels").score(Samples(torch.zeros(1, 2, 3), {"pixels": Pixels()}))
    assert str(error.value) == "features 'pixels' give no class probabilities; use features of a classifier"
