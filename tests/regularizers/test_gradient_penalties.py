"""Gradient penalties with critics whose gradients are known."""

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from gbench.engine.play import Play
from gbench.engine.streams import Streams
from gbench.plugins import load_registry

SLOPES = torch.tensor(
    [[3.0, 4.0], [0.6, 0.8]], dtype=torch.double
)  # one critic each of two replicas: ‖w‖ = 5, 1


def linear(samples: Tensor) -> Tensor:
    """D(x) = w·x."""
    return (samples * SLOPES[: len(samples), None]).sum(-1)


def bowl(samples: Tensor) -> Tensor:
    """D(x) = ‖x‖², with the gradient 2x."""
    return samples.square().flatten(2).sum(-1)


def play(
    score: Callable[[Tensor], Tensor], batch: int = 7, shape: tuple[int, ...] = (2,), replicas: int = 2
) -> Play:
    generator = torch.Generator().manual_seed(batch)
    real, fake = (
        torch.randn(replicas, batch, *shape, generator=generator, dtype=torch.double).requires_grad_()
        for _ in range(2)
    )
    return Play(
        objective=torch.zeros(replicas),
        score=score,
        random=Streams(range(replicas), torch.device("cpu")),
        real=real,
        fake=fake,
        real_scores=score(real),
        fake_scores=score(fake),
    )


def penalty(name: str, given_play: Play, **options: object) -> Tensor:
    registry = load_registry()
    return registry.load(registry.find("regularizer", name))(**options).penalty(given_play)


@given(batch=st.integers(2, 40), weight=st.floats(0, 100))
def test_r1_of_a_linear_critic_is_half_gamma_times_its_squared_norm(batch: int, weight: float) -> None:
    values = penalty("zero-centered-penalty", play(linear, batch), weight=weight)
    torch.testing.assert_close(values, weight / 2 * torch.tensor([25.0, 1.0]).double())


def test_both_sides_of_the_zero_centered_penalty_add_up() -> None:
    given_play = play(bowl)
    sides = [penalty("zero-centered-penalty", given_play, at=at) for at in ("real", "fake", "both")]
    torch.testing.assert_close(sides[0], 10 / 2 * 4 * given_play.real.square().sum(-1).mean(-1))
    torch.testing.assert_close(sides[0] + sides[1], sides[2])


@given(batch=st.integers(2, 40))
def test_gradient_penalty_of_a_linear_critic(batch: int) -> None:
    """λ(‖w‖ − 1)²: 160 for ‖w‖ = 5, nothing for a critic of norm 1."""
    values = penalty("gradient-penalty", play(linear, batch))
    torch.testing.assert_close(values, torch.tensor([160.0, 0.0]).double(), atol=1e-10, rtol=1e-10)


def test_dragan_of_a_linear_critic() -> None:
    torch.testing.assert_close(penalty("dragan", play(linear)), torch.tensor([160.0, 0.0]).double())


def test_dragan_looks_near_the_data_only() -> None:
    """Without noise it is the gradient at the data: λ E(2‖x‖ − 1)² for D = ‖x‖²."""
    given_play = play(bowl)
    expected = 10 * (2 * given_play.real.norm(dim=-1) - 1).square().mean(-1)
    torch.testing.assert_close(penalty("dragan", given_play, scale=0.0), expected)


def test_dragan_noise_has_the_stated_size() -> None:
    """δ = scale · std · U[0,1): with a large batch E‖x + δ‖² = E‖x‖² + 2E x·δ + d scale² std²/3."""
    given_play = play(lambda x: bowl(x) / 2, batch=20_000)
    value = penalty("dragan", given_play, scale=0.5, weight=1.0)
    std = given_play.real.detach().flatten(1).std(-1)
    generator = torch.Generator().manual_seed(1)
    noise = torch.rand(given_play.real.shape, generator=generator, dtype=torch.double)
    points = given_play.real.detach() + 0.5 * std.view(-1, 1, 1) * noise
    torch.testing.assert_close(value, (points.norm(dim=-1) - 1).square().mean(-1), rtol=0.02, atol=0.0)


def test_gradient_penalty_lies_between_real_and_fake() -> None:
    """For D = ‖x‖² the gradient's norm is 2‖x̂‖: the penalty is bounded by the segment's ends."""
    given_play = play(bowl, batch=500)
    reach = torch.maximum(given_play.real.norm(dim=-1), given_play.fake.norm(dim=-1))
    assert (penalty("gradient-penalty", given_play) <= 10 * (2 * reach + 1).square().mean(-1)).all()


@pytest.mark.parametrize("name", ["gradient-penalty", "dragan", "zero-centered-penalty"])
def test_norms_are_over_all_features_of_an_image(name: str) -> None:
    """A critic that sums 3·4·4 pixels has a gradient of norm √48 at every sample."""
    given_play = play(lambda x: x.flatten(2).sum(-1), shape=(3, 4, 4))
    expected = 5 * 48 if name == "zero-centered-penalty" else 10 * (48**0.5 - 1) ** 2
    torch.testing.assert_close(penalty(name, given_play), torch.full((2,), expected).double())


@pytest.mark.parametrize("name", ["gradient-penalty", "dragan", "zero-centered-penalty"])
def test_penalties_are_differentiable_in_the_critic(name: str) -> None:
    """Against finite differences, for D(x) = w ‖x‖²."""

    def value(weight: Tensor) -> Tensor:
        return penalty(name, play(lambda x: weight * bowl(x))).sum()

    weight = torch.tensor(0.3, dtype=torch.double, requires_grad=True)
    (slope,) = torch.autograd.grad(value(weight), weight)
    step = 1e-6
    finite = (value(weight.detach() + step) - value(weight.detach() - step)) / (2 * step)
    torch.testing.assert_close(slope, finite, rtol=1e-5, atol=1e-6)


def test_a_flat_critic_has_a_finite_penalty_and_slope() -> None:
    weight = torch.zeros((), dtype=torch.double, requires_grad=True)
    value = penalty("gradient-penalty", play(lambda x: weight * bowl(x))).sum()
    (slope,) = torch.autograd.grad(value, weight)
    assert value.item() == pytest.approx(20.0)
    assert slope.isfinite()
