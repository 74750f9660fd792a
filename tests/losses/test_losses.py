"""Losses against their equations, written with sigmoids and logarithms, and their optimal discriminators."""

import math

import pytest
import torch
from torch import Tensor

from gbench.plugins import load_registry

LOG_LOSSES = ["minimax", "non-saturating"]


def loss(name: str, **options: float):  # type: ignore[no-untyped-def]
    registry = load_registry()
    return registry.load(registry.find("loss", name))(**options)


def scores(seed: int = 0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(3, 50, generator=generator).double(), torch.randn(3, 50, generator=generator).double()


@pytest.mark.parametrize("name", LOG_LOSSES)
def test_discriminator_minimises_the_cross_entropy(name: str) -> None:
    real, fake = scores()
    expected = -(real.sigmoid().log() + (1 - fake.sigmoid()).log()).mean(-1)
    torch.testing.assert_close(loss(name).discriminator(real, fake), expected)


def test_minimax_generator_plays_against_the_same_value() -> None:
    _, fake = scores()
    expected = (1 - fake.sigmoid()).log().mean(-1)
    torch.testing.assert_close(loss("minimax").generator(None, fake), expected)


def test_non_saturating_generator_maximises_the_log_probability_of_real() -> None:
    _, fake = scores()
    torch.testing.assert_close(loss("non-saturating").generator(None, fake), -fake.sigmoid().log().mean(-1))


@pytest.mark.parametrize("name", LOG_LOSSES)
def test_huge_scores_stay_finite(name: str) -> None:
    huge = torch.tensor([[1e4, -1e4]])
    assert loss(name).discriminator(huge, -huge).isfinite().all()
    assert loss(name).generator(None, huge).isfinite().all()


def test_least_squares_at_its_targets_and_between() -> None:
    real, fake = torch.tensor([[1.0, 0.5]]), torch.tensor([[0.0, -1.0]])
    assert loss("least-squares").discriminator(real, fake).item() == pytest.approx(0.5 * 0.125 + 0.5 * 0.5)
    assert loss("least-squares").generator(None, fake).item() == pytest.approx(0.5 * (1 + 4) / 2)
    assert loss("least-squares", a=-1, b=1, c=0).generator(None, fake).item() == pytest.approx(0.25)


def test_wasserstein_is_the_difference_of_means() -> None:
    real, fake = scores()
    torch.testing.assert_close(loss("wasserstein").discriminator(real, fake), fake.mean(-1) - real.mean(-1))
    torch.testing.assert_close(loss("wasserstein").generator(None, fake), -fake.mean(-1))


def test_hinge_ignores_what_lies_beyond_its_margin() -> None:
    real, fake = torch.tensor([[2.0, 0.0]]), torch.tensor([[-3.0, 1.0]])
    assert loss("hinge").discriminator(real, fake).item() == pytest.approx(0.5 + 1.0)
    assert loss("hinge").generator(None, fake).item() == pytest.approx(1.0)


def best_score(name: str, p: float, q: float) -> float:
    """The score that minimises the discriminator's loss where densities are p (real) and q (generated)."""
    score = torch.zeros((), dtype=torch.double, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [score], max_iter=200, tolerance_grad=1e-12, tolerance_change=1e-16, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        one = score.view(1, 1)
        nothing = torch.zeros(1, 1, dtype=torch.double)
        objective = loss(name)
        # the loss is a sum of a term in real and one in generated scores: weigh each by its density
        value = p * (objective.discriminator(one, nothing) - objective.discriminator(nothing, nothing)).sum()
        value = value + q * (objective.discriminator(nothing, one)).sum()
        value.backward()
        return value

    optimizer.step(closure)
    return score.item()


@pytest.mark.parametrize(("p", "q"), [(0.7, 0.3), (0.2, 0.9)])
def test_optimal_discriminators(p: float, q: float) -> None:
    """D* = p/(p+q) (Goodfellow et al. 2014, prop. 1), for least squares too (Mao et al. 2017, eq. 4)."""
    assert best_score("non-saturating", p, q) == pytest.approx(math.log(p / q), abs=1e-5)
    assert best_score("least-squares", p, q) == pytest.approx(p / (p + q), abs=1e-5)


@pytest.mark.parametrize("name", ["minimax", "non-saturating", "least-squares", "wasserstein", "hinge"])
def test_replicas_do_not_mix(name: str) -> None:
    real, fake = scores()
    together = loss(name).discriminator(real, fake)
    for replica in range(3):
        alone = loss(name).discriminator(real[replica : replica + 1], fake[replica : replica + 1])
        torch.testing.assert_close(alone[0], together[replica])
