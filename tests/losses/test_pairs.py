"""Losses on pairs of features, against double sums, scikit-learn's kernels and closed forms for Gaussians."""

import math
import re
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from scipy.special import erf
from sklearn.gaussian_process.kernels import RBF, RationalQuadratic
from torch import Tensor

from gbench.api import UserError
from gbench.testing import make_cohort, make_recipe, use

from .making import features, loss, taking

LOSSES = [
    ("cramer", {"critic": "surrogate"}),
    ("cramer", {"critic": "distance"}),
    ("mmd", {"kernel": "rational-quadratic"}),
    ("mmd", {"kernel": "rational-quadratic", "linear": True}),
    ("mmd", {"kernel": "rbf"}),
]


def distance(x: np.ndarray, y: np.ndarray) -> float:
    return math.sqrt(((x - y) ** 2).sum())


def kernel(options: dict[str, Any]):  # type: ignore[no-untyped-def]
    """The sum of kernels by scikit-learn."""
    if options["kernel"] == "rbf":
        parts = [RBF(scale) for scale in (1, 2, 4, 8, 16)]
    else:
        parts = [RationalQuadratic(alpha=alpha) for alpha in (0.2, 0.5, 1, 2, 5)]

    def similarity(x: np.ndarray, y: np.ndarray) -> float:
        total = sum(part(x[None], y[None])[0, 0] for part in parts)
        return total + (x @ y if options.get("linear") else 0)

    return similarity


def mean_over(function, first: np.ndarray, second: np.ndarray) -> float:  # type: ignore[no-untyped-def]
    """Over all pairs; of one and the same set, over all pairs of different samples."""
    pairs = product(range(len(first)), range(len(second)))
    values = [function(first[i], second[j]) for i, j in pairs if first is not second or i != j]
    return sum(values) / len(values)


def replicas() -> list[tuple[int, np.ndarray, np.ndarray]]:
    real, fake = features()
    return [(r, real[r].numpy(), fake[r].numpy()) for r in range(len(real))]


def test_cramer_is_the_energy_distance_by_double_sums() -> None:
    for r, real, fake in replicas():
        expected = 2 * mean_over(distance, real, fake)
        expected -= mean_over(distance, real, real) + mean_over(distance, fake, fake)
        assert loss("cramer").generator(*features())[r].item() == pytest.approx(expected)
        opponent = loss("cramer", critic="distance").discriminator(*features())[r].item()
        assert opponent == pytest.approx(-expected)


def test_cramer_critic_maximises_the_papers_surrogate() -> None:
    """Bellemare et al. 2017, algorithm 1: E f(x_r) − E f(x_g), f(x) = ‖h(x) − h(x_g')‖ − ‖h(x)‖."""
    for r, real, fake in replicas():
        surrogate = mean_over(distance, real, fake) - np.linalg.norm(real, axis=1).mean()
        surrogate -= mean_over(distance, fake, fake) - np.linalg.norm(fake, axis=1).mean()
        assert loss("cramer").discriminator(*features())[r].item() == pytest.approx(-surrogate)


@pytest.mark.parametrize(("name", "options"), LOSSES[2:])
def test_mmd_by_double_sums_over_independent_kernels(name: str, options: dict[str, Any]) -> None:
    k = kernel(options)
    for r, real, fake in replicas():
        expected = mean_over(k, real, real) + mean_over(k, fake, fake) - 2 * mean_over(k, real, fake)
        assert loss(name, **options).generator(*features())[r].item() == pytest.approx(expected)
        assert loss(name, **options).discriminator(*features())[r].item() == pytest.approx(-expected)


@pytest.mark.parametrize(("name", "options"), LOSSES)
def test_witness_by_sums(name: str, options: dict[str, Any]) -> None:
    real, fake = features()
    places = features(seed=1, batch=3)[0]
    found = loss(name, **options).witness(places, real, fake)
    assert found.shape == (3, 3)
    for r, i in product(range(3), range(3)):
        x, near, far = places[r, i].numpy(), real[r].numpy(), fake[r].numpy()
        if name == "mmd":
            expected = np.mean([kernel(options)(x, y) for y in near])
            expected -= np.mean([kernel(options)(x, y) for y in far])
        else:
            expected = np.mean([distance(x, y) for y in far])
            surrogate = options["critic"] == "surrogate"
            expected -= distance(x, 0 * x) if surrogate else np.mean([distance(x, y) for y in near])
        assert found[r, i].item() == pytest.approx(expected)


@pytest.mark.parametrize(("name", "options"), LOSSES)
def test_what_penalties_differentiate(name: str, options: dict[str, Any]) -> None:
    """First and second derivatives by finite differences."""
    real, fake = (x[:1] for x in features(batch=3, size=2))
    places = features(seed=1, batch=2, size=2)[0][:1].requires_grad_()
    entry = loss(name, **options)
    assert torch.autograd.gradcheck(lambda x: entry.witness(x, real, fake), places)
    assert torch.autograd.gradgradcheck(lambda x: entry.witness(x, real, fake), places)


@pytest.mark.parametrize(("name", "options"), LOSSES)
def test_samples_in_one_and_the_same_place_have_finite_gradients(name: str, options: dict[str, Any]) -> None:
    place = torch.ones(2, 4, 3, requires_grad=True)
    entry = loss(name, **options)
    value = entry.discriminator(place, place) + entry.generator(place, place)
    value = value + entry.witness(place, place, place).sum(-1)
    (gradient,) = torch.autograd.grad(value.sum(), place, create_graph=True)
    (second,) = torch.autograd.grad(gradient.square().sum(), place)
    assert gradient.isfinite().all()
    assert second.isfinite().all()


def gaussians(size: int, mean: float, std: float) -> tuple[Tensor, Tensor]:
    """4000 minibatches of N(0, I) and N(mean·e₁, std² I) in `size` dimensions."""
    generator = torch.Generator().manual_seed(0)
    real, fake = (torch.randn(4000, 16, size, generator=generator).double() for _ in range(2))
    fake = fake * std
    fake[..., 0] += mean
    return real, fake


def assert_unbiased(estimates: Tensor, expected: float) -> None:
    error = (estimates.std() / math.sqrt(len(estimates))).item()
    assert estimates.mean().item() == pytest.approx(expected, abs=4 * error)
    assert error < 0.02 * expected, "the test would accept anything"


def test_energy_distance_of_gaussians_is_estimated_without_bias() -> None:
    """E |Z| of Z ~ N(m, s²) is s √(2/π) exp(−m²/2s²) + m erf(m/√2s)."""

    def folded(m: float, s: float) -> float:
        return s * math.sqrt(2 / math.pi) * math.exp(-(m**2) / (2 * s**2)) + m * erf(m / (math.sqrt(2) * s))

    within = folded(0, math.sqrt(2)) + folded(0, math.sqrt(2) * 1.5)
    expected = 2 * folded(1.0, math.sqrt(1 + 1.5**2)) - within
    assert_unbiased(loss("cramer").generator(*gaussians(1, 1.0, 1.5)), expected)


def test_mmd_of_gaussians_is_estimated_without_bias() -> None:
    """E k(x, y) of x − y ~ N(δ, v I): Σ_σ (σ²/(σ² + v))^(d/2) exp(−‖δ‖²/2(σ² + v))."""

    def expectation(shift: float, variance: float) -> float:
        widths = [scale**2 for scale in (1, 2, 4, 8, 16)]
        return sum(
            (w / (w + variance)) ** (3 / 2) * math.exp(-(shift**2) / (2 * (w + variance))) for w in widths
        )

    expected = expectation(0, 2) + expectation(0, 2 * 1.5**2) - 2 * expectation(1.0, 1 + 1.5**2)
    assert_unbiased(loss("mmd", kernel="rbf").generator(*gaussians(3, 1.0, 1.5)), expected)


@pytest.mark.parametrize(("name", "options"), LOSSES)
def test_the_order_within_a_batch_does_not_count(name: str, options: dict[str, Any]) -> None:
    real, fake = features()
    entry = loss(name, **options)
    for method in (entry.discriminator, entry.generator):
        torch.testing.assert_close(method(real.flip(1), fake), method(real, fake))


@pytest.mark.parametrize(("name", "options"), [LOSSES[1], LOSSES[2], LOSSES[4]])
def test_shifts_and_reflections_of_the_features_do_not_count(name: str, options: dict[str, Any]) -> None:
    real, fake = features()
    entry = loss(name, **options)
    torch.testing.assert_close(entry.discriminator(5 - real, 5 - fake), entry.discriminator(real, fake))


def test_scales_are_those_that_are_given() -> None:
    real, fake = features()
    both = loss("mmd", scales=(0.5, 3.0)).generator(real, fake)
    single = [loss("mmd", scales=(scale,)).generator(real, fake) for scale in (0.5, 3.0)]
    torch.testing.assert_close(both, single[0] + single[1])


@pytest.mark.parametrize("name", taking("features"))
def test_a_gradient_penalty_trains_on_the_witness(name: str) -> None:
    penalty = [use("regularizer", "gradient-penalty")]
    cohort = make_cohort(make_recipe(loss=use("loss", name), regularizers=penalty))
    for _ in range(5):
        latest = cohort.round()
    assert all(value.isfinite().all() for value in latest.values())
    assert cohort.health.alive.all()


@pytest.mark.parametrize("name", taking("features"))
def test_a_batch_of_one_is_refused(name: str) -> None:
    budget = {"steps": 2, "batch_size": 1, "measurements": 1}
    message = f"loss {name} compares samples with each other; set budget.batch_size to 2 or more"
    with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
        make_cohort(make_recipe(loss=use("loss", name), budget=budget))


@pytest.mark.parametrize("name", taking("features"))
def test_a_single_pack_is_refused(name: str) -> None:
    """Eight samples that are judged as one leave nothing to compare."""
    recipe = make_recipe(loss=use("loss", name), regularizers=[use("regularizer", "packing", m=8)])
    message = "a loss that compares samples with each other has but one to judge; pack fewer together"
    with pytest.raises(UserError, match=f"^{message}$"):
        make_cohort(recipe).round()
