"""f-GAN: the best discriminator between two known densities, and the divergence that it finds."""

import math
from collections.abc import Callable

import pytest
import torch
from scipy.integrate import quad
from torch import Tensor

from .making import loss, scores

# p = N(0, 1) is real, q = N(½, 1.1²) is generated
MEAN, STD = 0.5, 1.1
GRID = torch.linspace(-8, 8.5, 2001, dtype=torch.double)
STEP = (GRID[1] - GRID[0]).item()


def normal(x: Tensor, mean: float, std: float) -> Tensor:
    return torch.distributions.Normal(mean, std).log_prob(x).exp()


P, Q = normal(GRID, 0, 1), normal(GRID, MEAN, STD)


def kl(mean: float, first: float, second: float) -> float:
    """KL(N(0, first²) ‖ N(mean, second²))."""
    return math.log(second / first) + (first**2 + mean**2) / (2 * second**2) - 0.5


def chi_square(mean: float, first: float, second: float) -> float:
    """∫ p²/q − 1 of N(0, first²) and N(mean, second²)."""
    narrow = 2 * second**2 - first**2
    return second**2 / (first * math.sqrt(narrow)) * math.exp(mean**2 / narrow) - 1


def squared_hellinger(mean: float, first: float, second: float) -> float:
    """∫ (√p − √q)²."""
    total = first**2 + second**2
    return 2 - 2 * math.sqrt(2 * first * second / total) * math.exp(-(mean**2) / (4 * total))


def jensen_shannon(mean: float, first: float, second: float) -> float:
    """½ KL(p ‖ m) + ½ KL(q ‖ m) with m = ½(p + q), by quadrature."""

    def density(x: float, center: float, std: float) -> float:
        return math.exp(-((x - center) ** 2) / (2 * std**2)) / (std * math.sqrt(2 * math.pi))

    def integrand(x: float) -> float:
        p, q = density(x, 0, first), density(x, mean, second)
        return 0.5 * p * math.log(2 * p / (p + q)) + 0.5 * q * math.log(2 * q / (p + q))

    return quad(integrand, -15, 15)[0]


JS = jensen_shannon(MEAN, 1, STD)
DIVERGENCES: dict[str, tuple[float, Callable[[Tensor], Tensor]]] = {
    # name: (value, T* = f'(u) with u = p/q)
    "kl": (kl(MEAN, 1, STD), lambda u: 1 + u.log()),
    "reverse-kl": (kl(MEAN, STD, 1), lambda u: -1 / u),
    "pearson": (chi_square(MEAN, 1, STD), lambda u: 2 * (u - 1)),
    "neyman": (chi_square(MEAN, STD, 1), lambda u: 1 - u**-2),
    "hellinger": (squared_hellinger(MEAN, 1, STD), lambda u: 1 - u**-0.5),
    "jensen-shannon": (2 * JS, lambda u: (2 * u / (1 + u)).log()),
    "gan": (2 * JS - math.log(4), lambda u: (u / (1 + u)).log()),
}


def objective(divergence: str, score: Tensor) -> Tensor:
    """What the discriminator minimises at each point of the grid, up to a constant: [N]."""
    discriminator = loss("f-divergence", divergence=divergence).discriminator
    score, nothing = score[:, None], torch.zeros(len(score), 1, dtype=torch.double)
    return P * discriminator(score, nothing) + Q * discriminator(nothing, score)


def best_score(divergence: str) -> Tensor:
    """The score at each point, trained alone: bisects the sign of the gradient."""
    low, high = torch.full_like(GRID, -29), torch.full_like(GRID, 29)
    for _ in range(60):
        middle = ((low + high) / 2).requires_grad_()
        (gradient,) = torch.autograd.grad(objective(divergence, middle).sum(), middle)
        middle = middle.detach()
        low, high = torch.where(gradient < 0, middle, low), torch.where(gradient < 0, high, middle)
    return (low + high) / 2


@pytest.mark.parametrize("divergence", DIVERGENCES)
def test_the_best_discriminator_and_what_it_finds(divergence: str) -> None:
    """T*(x) = f'(p/q) (Nowozin et al. 2016, eq. 5), where the bound is tight."""
    value, witness = DIVERGENCES[divergence]
    score = best_score(divergence)
    zero = torch.zeros(1, 1, dtype=torch.double)
    at_zero = loss("f-divergence", divergence=divergence).discriminator(zero, zero).item()
    found = at_zero - objective(divergence, score).sum().item() * STEP
    assert found == pytest.approx(value, rel=1e-6)
    found_witness = -loss("f-divergence", divergence=divergence, objective="activation").generator(
        None, score[:, None]
    )
    central = slice(400, 1600)
    torch.testing.assert_close(found_witness[central], witness(P / Q)[central], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("divergence", DIVERGENCES)
def test_any_other_discriminator_finds_less(divergence: str) -> None:
    best = best_score(divergence)
    for shift in (-0.1, 0.1):
        assert objective(divergence, best + shift).sum() > objective(divergence, best).sum()


@pytest.mark.parametrize("divergence", DIVERGENCES)
def test_the_generators_objectives(divergence: str) -> None:
    """Algorithm 1: what the discriminator gains in generated samples; section 3.2: as if they were real."""
    _, fake = scores()
    nothing = torch.zeros_like(fake)
    discriminator = loss("f-divergence", divergence=divergence).discriminator
    opponent = loss("f-divergence", divergence=divergence).generator(None, fake)
    change = discriminator(nothing, fake) - discriminator(nothing, nothing)
    at_zero = loss("f-divergence", divergence=divergence).generator(None, nothing)
    torch.testing.assert_close(opponent - at_zero, -change)
    other = loss("f-divergence", divergence=divergence, objective="activation")
    change = discriminator(fake, nothing) - discriminator(nothing, nothing)
    torch.testing.assert_close(other.generator(None, fake) - other.generator(None, nothing), change)


def test_of_gan_they_are_minimax_and_non_saturating() -> None:
    real, fake = scores()
    gan = loss("f-divergence", divergence="gan")
    torch.testing.assert_close(gan.discriminator(real, fake), loss("minimax").discriminator(real, fake))
    torch.testing.assert_close(gan.generator(None, fake), loss("minimax").generator(None, fake))
    gan = loss("f-divergence", divergence="gan", objective="activation")
    torch.testing.assert_close(gan.generator(None, fake), loss("non-saturating").generator(None, fake))


@pytest.mark.parametrize("objective", ["conjugate", "activation"])
@pytest.mark.parametrize("divergence", DIVERGENCES)
def test_huge_scores_stay_finite(divergence: str, objective: str) -> None:
    huge = torch.tensor([[1e4, -1e4]], requires_grad=True)
    entry = loss("f-divergence", divergence=divergence, objective=objective)
    for value in (
        entry.discriminator(huge, -huge),
        entry.discriminator(huge, huge),
        entry.generator(None, huge),
    ):
        (gradient,) = torch.autograd.grad(value.sum(), huge)
        assert value.isfinite().all()
        assert gradient.isfinite().all()
