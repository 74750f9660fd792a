"""What holds for every optimizer: its steps and what rules see of them are one and the same."""

from typing import Any

import pytest
import torch

from gbench.errors import UserError
from gbench.plugins import load_registry
from gbench.testing import make_cohort, make_recipe, use

from .stepping import begun, drawn, optimizer, path, stepped

OPTIMIZERS = load_registry().names("optimizer")
AHEAD: dict[str, dict[str, Any]] = {
    "adabelief": {"lr": 0.02, "betas": [0.5, 0.9], "weight_decay": 0.1},
    "adam": {"lr": 0.02, "betas": [0.5, 0.9], "weight_decay": 0.1},
    "adamw": {"lr": 0.02, "betas": [0.5, 0.9], "weight_decay": 0.1},
    "muon": {"weight_decay": 0.1, "adam_lr": 0.02},
    "rmsprop": {"lr": 0.02, "alpha": 0.9, "momentum": 0.3, "weight_decay": 0.1},
    "sgd": {"lr": 0.1, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1},
}
TINY = {"muon": {"adam_lr": 1e-30}}
FORGETFUL = {"sghmc": {"friction": 1.0}}  # a velocity would move it on


def test_which_ones_can_be_differentiated() -> None:
    assert {name for name in OPTIMIZERS if optimizer(name).looks_ahead} == set(AHEAD)


@pytest.mark.parametrize("options", [{}, AHEAD], ids=["defaults", "options"])
@pytest.mark.parametrize("name", AHEAD)
def test_looking_ahead_is_what_steps_do(name: str, options: dict[str, Any]) -> None:
    parameters = drawn(0)
    made = begun(name, parameters, **options.get(name, {}))
    ahead = [parameter.detach().clone() for parameter in parameters]
    states = [made.state_of(parameter) for parameter in parameters]
    assert states == [{} for _ in parameters]
    for step in range(1, 5):
        gradients = drawn(step)
        if step == 3:  # from what the real steps have left behind
            states = [made.state_of(parameter) for parameter in parameters]
        moves = [made.ahead(p, g, s) for p, g, s in zip(ahead, gradients, states, strict=True)]
        ahead, states = [p for p, _ in moves], [state for _, state in moves]
        stepped(made, parameters, gradients)
        for expected, parameter in zip(ahead, parameters, strict=True):
            torch.testing.assert_close(parameter.detach(), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", AHEAD)
def test_the_step_ahead_can_be_differentiated(name: str) -> None:
    """Against finite differences, after one step; a gradient of zeros gives finite derivatives."""
    made = optimizer(name, **AHEAD[name])
    for parameter, first, second in zip(drawn(0), drawn(1), drawn(2), strict=True):
        state = made.ahead(parameter, first, {})[1]
        assert torch.autograd.gradcheck(
            lambda p, g, state=state: made.ahead(p, g, state)[0],
            (parameter.requires_grad_(), second.requires_grad_()),
        )
        dead = torch.zeros_like(first, requires_grad=True)
        moved, _ = made.ahead(parameter.detach(), dead, {})
        [slope] = torch.autograd.grad(moved.sum(), dead)
        assert slope.isfinite().all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_options_are_read_anew_in_every_step(name: str) -> None:
    """A schedule may change them: with next to no learning rate nothing moves any more."""
    parameters = drawn(0)
    made = begun(name, parameters, **FORGETFUL.get(name, {}))
    stepped(made, parameters, drawn(1))
    before = [parameter.detach().clone() for parameter in parameters]
    assert not any(torch.equal(p, q) for p, q in zip(before, drawn(0), strict=True))
    for option, value in ({"lr": 1e-30} | TINY.get(name, {})).items():
        setattr(made, option, value)
    stepped(made, parameters, drawn(2))
    for parameter, former in zip(parameters, before, strict=True):
        torch.testing.assert_close(parameter.detach(), former, rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_parameter_without_a_gradient_rests(name: str) -> None:
    resting, moving = drawn(0)[:2]
    made = begun(name, [resting, moving])
    moving.grad = drawn(1)[1]
    made.step()
    assert torch.equal(resting, drawn(0)[0])
    assert made.state_of(resting) == {}
    assert not torch.equal(moving, drawn(0)[1])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_replicas_are_independent(name: str) -> None:
    """The first replica goes where it goes alone, whatever becomes of the others."""
    gradients = [drawn(step)[0] for step in range(1, 4)]
    wild = [torch.cat([g[:1], 100 * g[1:]]) for g in gradients]
    together = path(name, drawn(0)[0], wild)
    alone = path(name, drawn(0)[0][:1], [g[:1] for g in gradients])
    for both, single in zip(together, alone, strict=True):
        torch.testing.assert_close(both[:1], single, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["lion", "sgld"])
def test_unrolling_refuses_steps_that_cannot_be_differentiated(name: str) -> None:
    """Only those that are looked through; `inner: sgd` looks through none."""

    def cohort(discriminator: str, **options: Any) -> None:
        adam, other = use("optimizer", "adam"), use("optimizer", discriminator)
        optimizers = {"discriminator": other, "generator": use("optimizer", name)}
        assert adam != optimizers["generator"]
        make_cohort(make_recipe(rule=use("rule", "unrolled", **options), optimizers=optimizers))

    with pytest.raises(UserError) as error:
        cohort(name)
    assert str(error.value) == (
        "rule unrolled differentiates the steps of the optimizer of turn discriminator, and "
        f"{name}'s cannot be; use `rule.inner: sgd` or another one, such as adam"
    )
    cohort("adam")
    cohort(name, inner="sgd")
    cohort(name, steps=0)
