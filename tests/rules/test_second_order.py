"""Rules that differentiate gradients again, against finite differences and loops written by hand."""

from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from gbench.engine.batch import Batch
from gbench.engine.cohort import Cohort
from gbench.engine.player import Player
from gbench.engine.replicas import Replicas
from gbench.errors import UserError
from gbench.testing import make_cohort, make_recipe, use
from gbench.testing.networks import networks_of
from gbench_rules.consensus import Consensus
from gbench_rules.locally_stable import LocallyStable
from gbench_rules.unrolled import Unrolled, forgetting

from .small import DESCENT, REPLICAS, direction, flat, play, put, small, vector
from .toys import double_precision

OPTIMIZERS: dict[str, dict[str, Any]] = {
    "adam": use("optimizer", "adam", lr=0.02, betas=[0.5, 0.9], weight_decay=0.01),
    "rmsprop": use("optimizer", "rmsprop", lr=0.02, alpha=0.9, momentum=0.3),
    "plain sgd": use("optimizer", "sgd", lr=0.3),
    "nesterov": use("optimizer", "sgd", lr=0.1, momentum=0.5, nesterov=True),
}


@pytest.fixture(autouse=True)
def _double() -> Iterator[None]:
    with double_precision():
        yield


def slope(function: Callable[[Tensor], Tensor], at: Tensor, along: Tensor, step: float = 1e-4) -> Tensor:
    """The derivative `[R]` of `function`, `[R, P] -> [R]`, along a direction, by central differences."""
    return (function(at + step * along) - function(at - step * along)) / (2 * step)


def moved_to(player: Player, function: Callable[[], Tensor], values: Tensor) -> Tensor:
    """What `function` gives where the player is at `values`; then it is where it was."""
    before = vector(player)
    put(player, values)
    result = function()
    put(player, before)
    return result


def half_squares(players: list[Player], batch: Batch) -> Tensor:
    """½‖v‖², `[R]`."""
    return sum(flat(p.gradient(batch)).square().sum(1) for p in players) / 2


@pytest.mark.parametrize("mode", ["vmap", "loop"])
@pytest.mark.parametrize("name", ["discriminator", "generator"])
def test_consensus_descends_half_the_squared_gradients_of_both(name: str, mode: str) -> None:
    cohort = small("consensus", mode=mode, weight=0.7)
    batch = cohort.draw()
    [player] = [player for player in cohort.players if player.name == name]
    along = direction(vector(player), 1)
    own = (flat(player.gradient(batch)) * along).sum(1)
    pull = slope(
        partial(moved_to, player, partial(half_squares, cohort.players, batch)), vector(player), along
    )
    step = (play(cohort, batch)[name] * along).sum(1)
    torch.testing.assert_close(step, -(own + 0.7 * pull), rtol=1e-6, atol=1e-9)


def test_locally_stable_pulls_the_generator_and_nobody_else() -> None:
    cohort = small("locally-stable", weight=0.7)
    discriminator, generator = cohort.players
    batch = cohort.draw()
    along = direction(vector(generator), 2)
    own = (flat(generator.gradient(batch)) * along).sum(1)
    plain = flat(discriminator.gradient(batch))
    steepness = partial(half_squares, [discriminator], batch)
    pull = 2 * slope(partial(moved_to, generator, steepness), vector(generator), along)
    steps = play(cohort, batch)
    torch.testing.assert_close((steps["generator"] * along).sum(1), -(own + 0.7 * pull), rtol=1e-6, atol=1e-9)
    torch.testing.assert_close(steps["discriminator"], -plain)


# Unrolling


def unrolled(optimizer: str, steps: int, rounds: int = 2, **options: Any) -> tuple[Cohort, Batch]:
    """A cohort that has played some rounds, so that its optimizers remember something, and its next batch."""
    cohort = small(
        "unrolled", {"discriminator": OPTIMIZERS[optimizer], "generator": DESCENT}, steps=steps, **options
    )
    for _ in range(rounds):
        cohort.round()
    return cohort, cohort.draw()


@pytest.mark.parametrize("rounds", [0, 2])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_inner_steps_are_those_of_the_real_optimizer(optimizer: str, rounds: int) -> None:
    cohort, batch = unrolled(optimizer, 3, rounds)
    [discriminator, _] = cohort.players
    assert isinstance(cohort.rule, Unrolled)
    [unrolled_to] = cohort.rule._unroll([discriminator], batch)
    ahead = flat(unrolled_to)
    for _ in range(3):
        discriminator.step(discriminator.gradient(batch))
    torch.testing.assert_close(ahead, vector(discriminator))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_generator_sees_through_the_steps(optimizer: str) -> None:
    """Finite differences of what it would lose after three real steps of the discriminator."""
    cohort, batch = unrolled(optimizer, 3)
    discriminator, generator = cohort.players
    state = {key: value.clone() for key, value in enumerate(discriminator.parameters)}
    along = direction(vector(generator), 3)

    def loss_ahead() -> Tensor:
        memory = _copy(discriminator.optimizer.state_dict())
        for _ in range(3):
            discriminator.step(discriminator.gradient(batch))
        loss = generator.objective(batch).detach()
        discriminator.put([state[key] for key in range(len(state))])
        discriminator.optimizer.load_state_dict(memory)
        return loss

    expected = slope(partial(moved_to, generator, loss_ahead), vector(generator), along)
    blind = (flat(generator.gradient(batch)) * along).sum(1)
    found = -(play(cohort, batch)["generator"] * along).sum(1)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-8)
    assert ((found - blind).abs() > 1e-3 * blind.abs()).all()


def _copy(state: dict[str, Any]) -> dict[str, Any]:
    inside = {
        key: {name: value.clone() if isinstance(value, Tensor) else value for name, value in row.items()}
        for key, row in state["state"].items()
    }
    return {"state": inside, "param_groups": state["param_groups"]}


def by_hand(cohort: Cohort, batch: Batch, replica: int, inner: Callable[..., Any], steps: int) -> Tensor:
    """The generator's gradient `[P]` through a double loop in plain torch, of one replica."""
    modules = networks_of(cohort.model, (2,))
    theta = {
        name: {key: p[replica].detach().clone().requires_grad_() for key, p in network.parameters.items()}
        for name, network in cohort.networks.items()
    }
    real, latent = batch["real"][replica], batch["latent"][replica]
    fake = functional_call(modules["generator"], theta["generator"], (latent,))
    critic, memory = dict(theta["discriminator"]), {}
    for step in range(1, steps + 1):
        a_real = functional_call(modules["discriminator"], critic, (real,))
        a_fake = functional_call(modules["discriminator"], critic, (fake,))
        loss = F.softplus(-a_real).mean() + F.softplus(a_fake).mean()
        gradients = torch.autograd.grad(loss, list(critic.values()), create_graph=True)
        critic = {
            key: inner(value, gradient, memory.setdefault(key, {}), step)
            for (key, value), gradient in zip(critic.items(), gradients, strict=True)
        }
    loss = -F.softplus(functional_call(modules["discriminator"], critic, (fake,))).mean()
    found = torch.autograd.grad(loss, list(theta["generator"].values()))
    return torch.cat([gradient.flatten() for gradient in found])


def sgd_by_hand(p: Tensor, g: Tensor, memory: dict[str, Tensor], step: int) -> Tensor:
    return p - 0.05 * g


def adam_by_hand(p: Tensor, g: Tensor, memory: dict[str, Tensor], step: int) -> Tensor:
    """lr .02, β (.5, .9), from rest."""
    memory["m"] = 0.5 * memory.get("m", 0) + 0.5 * g
    memory["v"] = 0.9 * memory.get("v", 0) + 0.1 * g**2
    return p - 0.02 * (memory["m"] / (1 - 0.5**step)) / ((memory["v"] / (1 - 0.9**step)).sqrt() + 1e-8)


@pytest.mark.parametrize("mode", ["vmap", "loop"])
@pytest.mark.parametrize("steps", [1, 5])
@pytest.mark.parametrize("inner", ["sgd", "adam"])
def test_unrolling_is_a_double_loop(inner: str, steps: int, mode: str) -> None:
    adam = use("optimizer", "adam", lr=0.02, betas=[0.5, 0.9])
    options: dict[str, Any] = {"inner": "sgd", "inner_lr": 0.05} if inner == "sgd" else {}
    optimizers = {"discriminator": adam, "generator": DESCENT}
    cohort = small("unrolled", optimizers, mode, steps=steps, **options)
    batch = cohort.draw()
    function = {"sgd": sgd_by_hand, "adam": adam_by_hand}[inner]
    expected = torch.stack([by_hand(cohort, batch, r, function, steps) for r in range(REPLICAS)])
    torch.testing.assert_close(-play(cohort, batch)["generator"], expected, rtol=1e-8, atol=1e-12)


def test_unrolling_no_step_is_the_simultaneous_rule() -> None:
    unrolled, simultaneous = small("unrolled", steps=0), small("simultaneous")
    steps = [play(cohort, cohort.draw()) for cohort in (unrolled, simultaneous)]
    assert all(torch.equal(steps[0][name], steps[1][name]) for name in steps[0])


def test_the_discriminator_takes_one_real_step() -> None:
    unrolled, simultaneous = small("unrolled", steps=4), small("simultaneous")
    steps = [play(cohort, cohort.draw())["discriminator"] for cohort in (unrolled, simultaneous)]
    assert torch.equal(steps[0], steps[1])


def test_inner_steps_leave_no_trace() -> None:
    """Power iterations and what a loss remembers are as if the discriminator had looked once."""

    def play_round(steps: int) -> Cohort:
        recipe = make_recipe(
            regularizers=[use("regularizer", "spectral-norm")], rule=use("rule", "unrolled", steps=steps)
        )
        cohort = make_cohort(recipe)
        cohort.round()
        return cohort

    few, many = play_round(0), play_round(3)
    buffers = few.networks["discriminator"].buffers
    assert buffers
    for name, value in buffers.items():
        assert torch.equal(value, many.networks["discriminator"].buffers[name])


def test_a_look_ahead_changes_no_memory() -> None:
    """The averages of LeCam have seen the discriminator's one real step, however far it looks ahead."""
    lecam = [use("regularizer", "lecam", warmup=0.0)]
    ahead, blind = (
        make_cohort(make_recipe(regularizers=lecam, rule=use("rule", "unrolled", steps=steps)))
        for steps in (3, 0)
    )
    for cohort in (ahead, blind):
        cohort.round()
    memories = [cohort.regularizers[0].memory for cohort in (ahead, blind)]
    assert memories[0]["updates"].tolist() == [1, 1, 1]
    assert all(torch.equal(value, memories[1][name]) for name, value in memories[0].items())


def test_buffers_come_back() -> None:
    network = Replicas([nn.BatchNorm1d(2) for _ in range(REPLICAS)], "loop", torch.device("cpu"))
    before = {name: value.clone() for name, value in network.buffers.items()}
    with forgetting([network]):
        network(torch.randn(REPLICAS, 5, 2) + 1)
        assert network.buffers["num_batches_tracked"].tolist() == [1, 1]
    assert all(torch.equal(value, before[name]) for name, value in network.buffers.items())


def test_networks_are_theirs_again_after_a_look_ahead() -> None:
    cohort = small("unrolled")
    discriminator = cohort.players[0]
    before = discriminator.parameters
    with discriminator.using([p + 1 for p in before]):
        assert all(torch.equal(p, q + 1) for p, q in zip(discriminator.parameters, before, strict=True))
    assert all(p is q for p, q in zip(discriminator.parameters, before, strict=True))


@pytest.mark.parametrize(("rule", "name"), [(Unrolled(), "unrolled"), (LocallyStable(), "locally-stable")])
def test_a_game_without_a_discriminator_is_refused(rule: Any, name: str) -> None:
    rule.name = name
    setting: Any = SimpleNamespace(networks={"encoder": None, "decoder": None}, discriminators=())
    with pytest.raises(UserError) as error:
        rule.begin(setting)
    assert str(error.value) == (
        f"rule {name} needs a game with a discriminator; this one has encoder, decoder"
    )


def test_a_pull_that_is_not_finite_freezes_its_replica() -> None:
    """The gradients may be finite where their own gradient is not."""
    cohort = small("consensus")
    assert isinstance(cohort.rule, Consensus)
    cohort.rule.weight = float("inf")
    before = [vector(player) for player in cohort.players]
    cohort.round()
    assert cohort.health.alive.tolist() == [False, False]
    assert all(torch.equal(vector(p), q) for p, q in zip(cohort.players, before, strict=True))
