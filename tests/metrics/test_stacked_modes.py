"""Modes of stacked digits: a perfect generator's law, and what a classifier of channels reads."""

import math
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from gbench.errors import UserError
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.samples import Samples
from gbench_datasets.stacked_digits import StackedDigits
from gbench_features.channel_classifier import ChannelClassifier, unstack
from gbench_metrics.stacked_modes import StackedModes

K = 1000


@dataclass(kw_only=True)
class Spelled(Features):
    """Samples [N, 3, 1, 1] hold a digit in each channel."""

    def extract(self, images: Tensor) -> Extracted:
        return Extracted(torch.eye(10)[images.flatten(1).long()].flatten(1))


def score(numbers: Tensor) -> tuple[list[float], list[float]]:
    """Modes and KL of the numbers [R, N] that samples spell."""
    digits = torch.stack([numbers // 100, numbers // 10 % 10, numbers % 10], -1).float()[..., None, None]
    values = StackedModes().score(Samples(digits, {"channel-classifier": Spelled()}))
    assert list(values) == StackedModes().names()
    return values["stacked-modes-26k"].tolist(), values["stacked-kl-26k"].tolist()


def test_known_histograms() -> None:
    modes, kl = score(torch.stack([torch.arange(K), torch.arange(K) // 100, torch.full((K,), 7)]))
    assert modes == [1000, 10, 1]
    assert kl == pytest.approx([0, math.log(100), math.log(1000)])


@pytest.mark.parametrize(("samples", "missed"), [(2000, 135.2), (10_000, 0.0452), (25_600, 0.0)])
def test_a_perfect_generator(samples: int, missed: float) -> None:
    """K (1 − 1/K)^N missed modes, and (K − 1) / 2N nats where every mode gets many samples."""
    assert K * (1 - 1 / K) ** samples == pytest.approx(missed, abs=0.1)
    numbers = torch.randint(K, (20, samples), generator=torch.Generator().manual_seed(0))
    modes, kl = score(numbers)
    assert K - sum(modes) / 20 == pytest.approx(missed, rel=0.05, abs=0.15)
    if samples > 5 * K:
        assert sum(kl) / 20 == pytest.approx((K - 1) / (2 * samples), rel=0.05)


def test_a_replica_that_is_not_finite_is_nan_alone() -> None:
    vectors = torch.eye(10).repeat(2, 1, 3)
    vectors[0, 3, 3] = torch.inf

    class Broken(Features):
        def extract(self, images: Tensor) -> Extracted:
            return Extracted(vectors[int(images[0, 0, 0, 0])])

    fake = torch.arange(2.0).view(2, 1, 1, 1, 1).expand(2, 10, 3, 1, 1)
    values = StackedModes().score(Samples(fake, {"channel-classifier": Broken()}))
    assert math.isnan(values["stacked-modes-26k"][0])
    assert math.isnan(values["stacked-kl-26k"][0])
    assert values["stacked-modes-26k"][1] == 10


def test_channels_are_read_one_by_one(tmp_path: Path) -> None:
    data = StackedDigits(points=2000).load()
    features = ChannelClassifier()
    features.fit(data, tmp_path)
    assert features.facts()["accuracy"] >= 0.95
    vectors, probabilities = features.extract(data.test["real"])
    assert probabilities is None
    assert vectors.shape == (200, 30)
    torch.testing.assert_close(vectors.unflatten(1, (3, 10)).sum(-1), torch.ones(200, 3))
    digits = vectors.unflatten(1, (3, 10)).argmax(-1)
    read = (digits * torch.tensor([100, 10, 1])).sum(1)
    wrong = (read != data.test["label"]).double().mean().item()
    assert wrong <= 3 * (1 - features.facts()["accuracy"]) + 1e-9


def test_unstacked_channels_have_their_own_digit() -> None:
    data = StackedDigits(points=30).load()
    single = unstack(data, 10)
    assert (single.shape, single.classes) == ((1, 8, 8), 10)
    assert single.train["real"].shape == (30, 1, 8, 8)
    assert single.test["real"].shape == (9, 1, 8, 8)
    assert single.test["real"][5].equal(data.test["real"][1, 2:])
    label = single.test["label"].unflatten(0, (3, 3)) @ torch.tensor([100, 10, 1])
    assert label.equal(data.test["label"])


def test_classes_that_are_no_product_of_channels_are_refused(tmp_path: Path) -> None:
    data = replace(StackedDigits(points=30).load(), classes=999)
    with pytest.raises(UserError) as error:
        ChannelClassifier().fit(data, tmp_path)
    assert str(error.value) == (
        "features 'channel-classifier' need K^3 classes for 3 channels, not 999; use features classifier"
    )
