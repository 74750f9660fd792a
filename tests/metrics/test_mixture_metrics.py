"""Modes, high quality, reverse KL and log-likelihood, on mixtures whose answers are known."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from gbench.data.dataset import Data
from gbench.data.density import Density
from gbench.evaluation.metric import Metric
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench_datasets.ring import Ring
from gbench_metrics.high_quality import HighQuality
from gbench_metrics.log_likelihood import LogLikelihood
from gbench_metrics.modes import Modes
from gbench_metrics.reverse_kl import ReverseKl

LINE = Density(torch.tensor([[0.0, 0.0], [10.0, 0.0], [20.0, 0.0], [30.0, 0.0]]), 1.0)


def measure(metric: Metric, fake: Tensor, density: Density = LINE) -> list[float]:
    """The one value of each replica, of points [R, N, 2]."""
    data = Data.drawn(density, 10)
    metric.fit(Reference(data, {}))
    (values,) = metric.score(Samples(fake, {})).values()
    return values.tolist()


def on_axis(*positions: float) -> Tensor:
    return torch.tensor([[[position, 0.0] for position in positions]])


def test_a_mode_counts_from_one_sample_within_three_sigma() -> None:
    assert measure(Modes(), on_axis(0, 0, 12.9, 23.1)) == [2]
    assert measure(Modes(), on_axis(0, 10, 20, 30)) == [4]
    assert measure(Modes(), on_axis(5, 15, 25, 1e30)) == [0]


def test_sigmas_move_the_border() -> None:
    assert measure(Modes(sigmas=3.2), on_axis(0, 12.9, 23.1, 26.9)) == [4]
    assert measure(HighQuality(sigmas=1), on_axis(0, 1.1, 9.5, 20.9)) == [0.75]


def test_high_quality_is_a_share() -> None:
    assert measure(HighQuality(), on_axis(0, 2.9, 3.1, 15)) == [0.5]


def test_reverse_kl_of_known_histograms() -> None:
    assert measure(ReverseKl(), on_axis(0, 10, 20, 30)) == pytest.approx([0.0])
    assert measure(ReverseKl(), on_axis(0, 1, 2, 3)) == pytest.approx([math.log(4)])
    assert measure(ReverseKl(), on_axis(0, 1, 10, 11)) == pytest.approx([math.log(2)])
    three_to_one = 0.75 * math.log(3) + 0.25 * math.log(1)
    assert measure(ReverseKl(), on_axis(0, 1, 2, 10)) == pytest.approx([three_to_one])


def test_reverse_kl_counts_far_samples_too() -> None:
    assert measure(ReverseKl(), on_axis(-1e6, 14, 22, 1e6)) == pytest.approx([0.0])


def test_a_perfect_generator() -> None:
    density = Ring().load().density
    assert density is not None
    fake = density.sample(200 * 2500, torch.Generator().manual_seed(5)).reshape(200, 2500, 2)
    assert measure(Modes(), fake, density) == [8] * 200
    quality = torch.tensor(measure(HighQuality(), fake, density))
    assert quality.mean().item() == pytest.approx(1 - math.exp(-4.5), abs=0.0006)
    divergence = torch.tensor(measure(ReverseKl(), fake, density))
    assert divergence.mean().item() == pytest.approx(7 / (2 * 2500), rel=0.15)


def test_log_likelihood_of_single_points() -> None:
    """log ¼ − log 2π − r²/2, the other modes being 50 nats away."""
    alone = -math.log(4) - math.log(2 * math.pi)
    assert measure(LogLikelihood(), on_axis(0)) == pytest.approx([alone])
    assert measure(LogLikelihood(), on_axis(0, 12)) == pytest.approx([alone - 1])


def test_log_likelihood_of_a_perfect_generator_is_minus_the_entropy() -> None:
    density = Ring().load().density
    assert density is not None
    fake = density.sample(100_000, torch.Generator().manual_seed(5))[None]
    entropy = math.log(8) + math.log(2 * math.pi * math.e * 0.01**2)
    assert measure(LogLikelihood(), fake, density) == pytest.approx([-entropy], abs=0.015)


POINTS = st.lists(st.tuples(st.floats(-5, 35), st.floats(-5, 5)), min_size=4, max_size=30)


@pytest.mark.parametrize("kind", [Modes, HighQuality, ReverseKl, LogLikelihood])
@given(points=POINTS, seed=st.integers(0, 100))
def test_neither_order_nor_neighbours_matter(kind: type[Metric], points: list[tuple], seed: int) -> None:
    fake = torch.tensor(points, dtype=torch.float32)
    shuffled = fake[torch.randperm(len(fake), generator=torch.Generator().manual_seed(seed))]
    alone = measure(kind(), fake[None])
    assert measure(kind(), torch.stack([shuffled, fake.flip(1), fake]))[::2] == pytest.approx(alone * 2)


@given(points=POINTS, extra=st.tuples(st.floats(-5, 35), st.floats(-5, 5)))
def test_one_more_sample_never_loses_a_mode(points: list[tuple], extra: tuple) -> None:
    before, after = (torch.tensor([rows], dtype=torch.float32) for rows in (points, [*points, extra]))
    assert measure(Modes(), after) >= measure(Modes(), before)
