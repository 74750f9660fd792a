"""Metrics of the discriminator's own scores, on discriminators whose answers are known."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.evaluation.metric import Metric
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench_metrics.began_measure import BeganMeasure
from gbench_metrics.critic_distance import CriticDistance
from gbench_metrics.jensen_shannon import JensenShannon
from gbench_metrics.kullback_leibler import KullbackLeibler

N = 200_000
SHIFT = 1.0
"""Real samples are N(0, 1), generated ones N(SHIFT, 1)."""


def log_ratio(x: Tensor) -> Tensor:
    """log p/g."""
    return ((x - SHIFT).square() - x.square()).squeeze(-1) / 2


def measure(
    metric: Metric, judge: Callable[[Tensor], Tensor | None], fake: Tensor | None = None
) -> list[float]:
    generator = torch.Generator().manual_seed(0)
    real = torch.randn(N, 1, generator=generator)
    fake = torch.randn(1, N, 1, generator=generator) + SHIFT if fake is None else fake
    metric.fit(Reference(Data(train={"real": real[:5]}, test={"real": real}), {}))
    (values,) = metric.score(Samples(fake, {}, judge)).values()
    return values.tolist()


def test_the_critic_x_measures_the_shift() -> None:
    """W₁ of two laws that differ by a shift is its length; −x is a best critic."""
    assert measure(CriticDistance(samples=N), lambda x: -x.squeeze(-1)) == pytest.approx([SHIFT], abs=0.01)


def test_jensen_shannon_of_the_best_discriminator_is_the_divergence() -> None:
    """JS of N(0, 1) and N(1, 1) by numerical integration."""
    x = torch.linspace(-12, 13, 100_001, dtype=torch.float64)
    p, g = ((-((x - mean) ** 2) / 2).exp() / math.sqrt(2 * math.pi) for mean in (0, SHIFT))
    m = (p + g) / 2
    expected = torch.trapezoid((p.xlogy(p / m) + g.xlogy(g / m)) / 2, x).item()
    assert measure(JensenShannon(samples=N), log_ratio) == pytest.approx([expected], abs=0.002)
    assert measure(JensenShannon(samples=N), lambda x: 2 * log_ratio(x))[0] < expected - 0.01


def test_jensen_shannon_of_certainty_is_log_2_and_of_indifference_0() -> None:
    fake = torch.full((1, 10, 1), 100.0)
    sure = measure(JensenShannon(samples=10), lambda x: torch.where(x > 50, -1e4, 1e4).squeeze(-1), fake)
    assert sure == [math.log(2)] == [JensenShannon.keys["jensen-shannon-{samples}-{split}"][1]]
    assert measure(JensenShannon(samples=10), lambda x: 0 * x.squeeze(-1), fake) == pytest.approx([0.0])


def test_kullback_leibler_of_the_best_discriminator_is_half_the_squared_shift() -> None:
    found = measure(KullbackLeibler(samples=N), lambda x: 1 + log_ratio(x))
    assert found == pytest.approx([SHIFT**2 / 2], abs=0.01)
    assert measure(KullbackLeibler(samples=N), log_ratio)[0] == pytest.approx(
        SHIFT**2 / 2 - math.exp(-1), abs=0.01
    )


@pytest.mark.parametrize(
    ("gamma", "expected"),
    [(0.5, 2 + abs(0.5 * 2 - 3)), (1.0, 2 + abs(2 - 3))],
)
def test_the_measure_of_began(gamma: float, expected: float) -> None:
    """L(x) = 2 and L(G) = 3 by construction."""
    fake = torch.full((1, 8, 1), 9.0)
    found = measure(
        BeganMeasure(samples=8, gamma=gamma), lambda x: torch.where(x == 9, 3.0, 2.0).squeeze(-1), fake
    )
    assert found == pytest.approx([expected])


def test_the_measure_of_began_knows_scores_from_energies() -> None:
    assert math.isnan(measure(BeganMeasure(samples=8), log_ratio)[0])


@pytest.mark.parametrize("metric", [CriticDistance, JensenShannon, KullbackLeibler, BeganMeasure])
def test_without_a_discriminator_there_is_no_number(metric: type[Metric]) -> None:
    assert math.isnan(measure(metric(samples=3), lambda x: None, torch.zeros(1, 3, 1))[0])


def test_the_split_is_a_choice() -> None:
    data = Data(train={"real": torch.ones(4, 1)}, test={"real": torch.zeros(4, 1)})
    for split, expected in (("train", 1.0), ("test", 0.0)):
        metric = CriticDistance(split=split)  # type: ignore[arg-type]
        metric.fit(Reference(data, {}))
        found = metric.score(Samples(torch.zeros(1, 2, 1), {}, lambda x: x.squeeze(-1)))
        assert {key: value.item() for key, value in found.items()} == {
            f"critic-distance-1k-{split}": expected
        }
