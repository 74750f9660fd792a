"""Gradient penalties with critics whose gradients are known."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from gbench.engine.play import Play
from gbench.errors import UserError
from gbench.testing import make_cohort, make_recipe, use
from tests.regularizers.plays import make_play as play
from tests.regularizers.plays import make_stage, regularizer, sides

NAMES = ["gradient-penalty", "dragan", "zero-centered-penalty"]
SLOPES = torch.tensor([[3.0, 4.0], [0.6, 0.8]], dtype=torch.double)  # of even and odd replicas: ‖w‖ = 5, 1


def linear(samples: Tensor) -> Tensor:
    """D(x) = w·x."""
    return (samples * SLOPES[torch.arange(len(samples)) % 2, None]).sum(-1)


def bowl(samples: Tensor) -> Tensor:
    """D(x) = ‖x‖², with the gradient 2x."""
    return samples.square().flatten(2).sum(-1)


def penalty(name: str, given_play: Play, **options: object) -> Tensor:
    return regularizer(name, **options).penalty(given_play)


@given(batch=st.integers(2, 40), weight=st.floats(0, 100))
def test_r1_of_a_linear_critic_is_half_gamma_times_its_squared_norm(batch: int, weight: float) -> None:
    values = penalty("zero-centered-penalty", play(linear, batch), weight=weight)
    torch.testing.assert_close(values, weight / 2 * torch.tensor([25.0, 1.0]).double())


def test_both_sides_of_the_zero_centered_penalty_add_up() -> None:
    given_play = play(bowl)
    costs = [penalty("zero-centered-penalty", given_play, at=at) for at in ("real", "fake", "both")]
    torch.testing.assert_close(costs[0], 10 / 2 * 4 * sides(given_play)[0].square().sum(-1).mean(-1))
    torch.testing.assert_close(costs[0] + costs[1], costs[2])


@given(batch=st.integers(2, 40))
def test_gradient_penalty_of_a_linear_critic(batch: int) -> None:
    """λ(‖w‖ − 1)²: 160 for ‖w‖ = 5, nothing for a critic of norm 1."""
    values = penalty("gradient-penalty", play(linear, batch))
    torch.testing.assert_close(values, torch.tensor([160.0, 0.0]).double(), atol=1e-10, rtol=1e-10)


@given(batch=st.integers(2, 40))
def test_dragan_of_a_linear_critic(batch: int) -> None:
    values = penalty("dragan", play(linear, batch))
    torch.testing.assert_close(values, torch.tensor([160.0, 0.0]).double(), atol=1e-10, rtol=1e-10)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("replicas", [1, 2, 5])
def test_a_replica_pays_the_same_whoever_trains_with_it(name: str, replicas: int) -> None:
    prices = {"zero-centered-penalty": (125.0, 5.0)}.get(name, (160.0, 0.0))
    expected = torch.tensor([prices[number % 2] for number in range(replicas)]).double()
    values = penalty(name, play(linear, replicas=replicas))
    torch.testing.assert_close(values, expected, atol=1e-10, rtol=1e-10)


def test_dragan_looks_near_the_data_only() -> None:
    """Without noise it is the gradient at the data: λ E(2‖x‖ − 1)² for D = ‖x‖²."""
    given_play = play(bowl)
    expected = 10 * (2 * sides(given_play)[0].norm(dim=-1) - 1).square().mean(-1)
    torch.testing.assert_close(penalty("dragan", given_play, scale=0.0), expected)


def test_dragan_noise_has_the_stated_size() -> None:
    """δ = scale · std · U[0,1): with a large batch E‖x + δ‖² = E‖x‖² + 2E x·δ + d scale² std²/3."""
    given_play = play(lambda x: bowl(x) / 2, batch=20_000)
    value = penalty("dragan", given_play, scale=0.5, weight=1.0)
    std = sides(given_play)[0].detach().flatten(1).std(-1)
    generator = torch.Generator().manual_seed(1)
    noise = torch.rand(sides(given_play)[0].shape, generator=generator, dtype=torch.double)
    points = sides(given_play)[0].detach() + 0.5 * std.view(-1, 1, 1) * noise
    torch.testing.assert_close(value, (points.norm(dim=-1) - 1).square().mean(-1), rtol=0.02, atol=0.0)


def test_gradient_penalty_lies_between_real_and_fake() -> None:
    """For D = ‖x‖² the gradient's norm is 2‖x̂‖: the penalty is bounded by the segment's ends."""
    given_play = play(bowl, batch=500)
    real, fake = sides(given_play)
    reach = torch.maximum(real.norm(dim=-1), fake.norm(dim=-1))
    assert (penalty("gradient-penalty", given_play) <= 10 * (2 * reach + 1).square().mean(-1)).all()


@pytest.mark.parametrize("name", NAMES)
def test_norms_are_over_all_features_of_an_image(name: str) -> None:
    """A critic that sums 3·4·4 pixels has a gradient of norm √48 at every sample."""
    given_play = play(lambda x: x.flatten(2).sum(-1), shape=(3, 4, 4))
    expected = 5 * 48 if name == "zero-centered-penalty" else 10 * (48**0.5 - 1) ** 2
    torch.testing.assert_close(penalty(name, given_play), torch.full((2,), expected).double())


@pytest.mark.parametrize("name", NAMES)
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


def test_r1_of_a_loss_on_features_differentiates_the_witness_alone() -> None:
    """Scores that move with the minibatch's mean: their own gradient would be 6w, the witness' is w."""
    given_play = play(linear)
    look = given_play.look("discriminator")
    look.real_scores = look.real_scores + 5 * look.real_scores.mean(-1, keepdim=True)
    r1 = regularizer("zero-centered-penalty")
    stage = make_stage(networks={"discriminator": make_cohort().networks["discriminator"]}, takes="features")
    r1.begin(stage)
    torch.testing.assert_close(r1.penalty(given_play), torch.tensor([125.0, 5.0]).double())


@pytest.mark.parametrize("name", NAMES)
def test_they_refuse_the_generator_s_turn(name: str) -> None:
    with pytest.raises(UserError) as error:
        make_cohort(make_recipe(regularizers=[use("regularizer", name, on="generator")]))
    assert str(error.value) == (
        f"{name} is a penalty on the discriminator; `on: generator` leaves it nothing to move, drop `on`"
    )


@pytest.mark.parametrize("name", NAMES)
def test_they_note_batch_normalisation_and_no_other(name: str) -> None:
    notes = {}
    for norm in ("batch", "layer", "none"):
        model = use("model", "mlp", width=8, discriminator_norm=norm)
        cohort = make_cohort(make_recipe(model=model, regularizers=[use("regularizer", name)]))
        notes[norm] = cohort.stage.notes
    text = f"{name}: the discriminator has batch normalisation, so a sample's gradient depends on the others"
    assert notes == {"batch": [text], "layer": [], "none": []}


def test_a_gradient_penalty_can_be_differentiated_through_the_generator() -> None:
    """With D(x) = ‖x‖²/2, x = 0 and G = g: E(ε g − 1)², whose slope in g is 2 E ε(ε g − 1)."""
    shift = torch.tensor(3.0, dtype=torch.double, requires_grad=True)
    real = torch.zeros(1, 50_000, 1, dtype=torch.double)
    given_play = play(lambda x: bowl(x) / 2, replicas=1, real=real, fake=shift + real)
    (slope,) = torch.autograd.grad(penalty("gradient-penalty", given_play, weight=1.0).sum(), shift)
    assert slope.item() == pytest.approx(2 * (3 / 3 - 1 / 2), rel=0.02)
