"""Losses against their equations, written with sigmoids and logarithms, and their optimal discriminators."""

import math
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

from gbench.api import Loss

from .making import LOSSES, features, loss, scores, taking

LOG_LOSSES = ["minimax", "non-saturating", "boundary-seeking"]


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


def test_boundary_seeking_generator_squares_the_log_odds() -> None:
    """Hjelm et al. 2018: ½ E (log D − log(1 − D))²."""
    _, fake = scores()
    odds = fake.sigmoid().log() - (1 - fake.sigmoid()).log()
    torch.testing.assert_close(loss("boundary-seeking").generator(None, fake), 0.5 * odds.square().mean(-1))


def test_relativistic_probability_that_real_is_the_more_realistic() -> None:
    """Jolicoeur-Martineau 2019: −E log σ(C(x_r) − C(x_f)), and the generator's with both exchanged."""
    real, fake = scores()
    expected = -(real - fake).sigmoid().log().mean(-1)
    torch.testing.assert_close(loss("relativistic").discriminator(real, fake), expected)
    expected = -(fake - real).sigmoid().log().mean(-1)
    torch.testing.assert_close(loss("relativistic").generator(real, fake), expected)


def test_relativistic_average_compares_with_each_replicas_own_mean() -> None:
    real, fake = scores()
    for replica in range(3):
        r, f = real[replica], fake[replica]
        real_is_real, fake_is_real = (r - f.mean()).sigmoid(), (f - r.mean()).sigmoid()
        expected = -real_is_real.log().mean() - (1 - fake_is_real).log().mean()
        actual = loss("relativistic-average").discriminator(real, fake)[replica]
        torch.testing.assert_close(actual, expected)
        expected = -(1 - real_is_real).log().mean() - fake_is_real.log().mean()
        torch.testing.assert_close(loss("relativistic-average").generator(real, fake)[replica], expected)


@pytest.mark.parametrize("name", ["relativistic", "relativistic-average", "wasserstein"])
def test_only_differences_of_scores_count(name: str) -> None:
    real, fake = scores()
    expected = loss(name).discriminator(real, fake)
    torch.testing.assert_close(loss(name).discriminator(real + 7, fake + 7), expected)


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


def best_score(objective: Loss, p: float, q: float) -> float:
    """The score that minimises the discriminator's loss where densities are p (real) and q (generated)."""
    score = torch.zeros((), dtype=torch.double, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [score], max_iter=200, tolerance_grad=1e-12, tolerance_change=1e-16, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        one = score.view(1, 1)
        nothing = torch.zeros(1, 1, dtype=torch.double)
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
    for name in LOG_LOSSES:
        assert best_score(loss(name), p, q) == pytest.approx(math.log(p / q), abs=1e-5)
    assert best_score(loss("least-squares"), p, q) == pytest.approx(p / (p + q), abs=1e-5)


@pytest.mark.parametrize(("p", "q"), [(0.7, 0.3), (0.2, 0.9)])
def test_optimal_discriminators_of_smoothed_labels(p: float, q: float) -> None:
    """D* = (α p + β q)/(p + q) (Salimans et al. 2016, section 3.4); one-sided: β = 0."""
    one_sided = best_score(loss("non-saturating", real_target=0.9), p, q)
    assert 1 / (1 + math.exp(-one_sided)) == pytest.approx(0.9 * p / (p + q), abs=1e-5)
    two_sided = best_score(loss("non-saturating", real_target=0.9, fake_target=0.2), p, q)
    assert 1 / (1 + math.exp(-two_sided)) == pytest.approx((0.9 * p + 0.2 * q) / (p + q), abs=1e-5)


def begun(name: str, replicas: int) -> Loss:
    """A loss that remembers what it has to."""
    objective = loss(name)
    objective.begin(SimpleNamespace(size=replicas, batch_size=6, device=torch.device("cpu"), random=None))
    objective.memory = {key: value.double() for key, value in objective.memory.items()}
    return objective


@pytest.mark.parametrize("name", LOSSES)
def test_replicas_do_not_mix(name: str) -> None:
    real, fake = features() if name in taking("features") else scores()
    both = begun(name, 3)
    together = both.discriminator(real, fake), both.generator(real, fake)
    for replica in range(3):
        alone, own = begun(name, 1), slice(replica, replica + 1)
        torch.testing.assert_close(alone.discriminator(real[own], fake[own])[0], together[0][replica])
        torch.testing.assert_close(alone.generator(real[own], fake[own])[0], together[1][replica])


@pytest.mark.parametrize("name", [*taking("scores"), *taking("energies")])
def test_a_batch_twice_over_says_the_same(name: str) -> None:
    real, fake = scores()
    once, twice = (begun(name, 3) for _ in range(2))
    doubled = torch.cat([real, real], -1), torch.cat([fake, fake], -1)
    torch.testing.assert_close(once.discriminator(real, fake), twice.discriminator(*doubled))
    torch.testing.assert_close(once.generator(real, fake), twice.generator(*doubled))


@pytest.mark.parametrize("name", taking("scores"))
def test_huge_scores_stay_finite(name: str) -> None:
    huge = torch.tensor([[1e4, -1e4]], requires_grad=True)
    objective = loss(name)
    for value in (objective.discriminator(huge, -huge), objective.generator(-huge, huge)):
        (gradient,) = torch.autograd.grad(value.sum(), huge)
        assert value.isfinite().all()
        assert gradient.isfinite().all()
