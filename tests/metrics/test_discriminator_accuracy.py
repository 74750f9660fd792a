"""Accuracy of discriminators whose scores are known."""

import math
from collections.abc import Callable

import pytest
import torch
from scipy.stats import norm
from torch import Tensor

from gbench.data.dataset import Data
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench_metrics.discriminator_accuracy import DiscriminatorAccuracy

N = 100_000


def accuracy(judge: Callable[[Tensor], Tensor | None], shift: float = 1.0) -> float:
    """Of real samples N(0, 1) and generated ones N(shift, 1)."""
    generator = torch.Generator().manual_seed(0)
    real, fake = torch.randn(N, 1, generator=generator), torch.randn(1, N, 1, generator=generator) + shift
    metric = DiscriminatorAccuracy(samples=N)
    metric.fit(Reference(Data(train={"real": real}, test={"real": real}), {}))
    (values,) = metric.score(Samples(fake, {}, judge)).values()
    return values.item()


def test_the_best_discriminator_of_two_gaussians() -> None:
    """It draws the line in the middle, and is right with Φ(δ / 2)."""
    assert accuracy(lambda x: 0.5 - x.squeeze(-1)) == pytest.approx(norm.cdf(0.5), abs=0.005)
    assert accuracy(lambda x: -x.squeeze(-1)) == pytest.approx((0.5 + norm.cdf(1)) / 2, abs=0.005)


def test_indifference_certainty_and_confusion() -> None:
    assert accuracy(lambda x: 0 * x.squeeze(-1)) == 0.5
    assert accuracy(lambda x: x.squeeze(-1) + 3) == pytest.approx(0.5, abs=0.001)
    assert accuracy(lambda x: 50 - x.squeeze(-1), shift=100.0) == 1.0
    assert accuracy(lambda x: x.squeeze(-1) - 50, shift=100.0) == 0.0


def test_a_game_without_a_discriminator_has_none() -> None:
    assert math.isnan(accuracy(lambda x: None))
