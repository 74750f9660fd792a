"""What holds for every rule: any optimizer, projections, frozen replicas, exact resumption."""

from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor

from gbench.engine.cohort import Cohort
from gbench.plugins import load_registry
from gbench.testing import make_cohort, make_recipe, use

RULES = load_registry().names("rule")
OPTIMIZERS: dict[str, dict[str, Any]] = {
    "adam": use("optimizer", "adam", lr=0.001, betas=[0.5, 0.999]),
    "rmsprop": use("optimizer", "rmsprop", lr=0.001, momentum=0.5),
    "sgd": use("optimizer", "sgd", lr=0.01),
    "momentum": use("optimizer", "sgd", lr=0.01, momentum=0.5, nesterov=True),
}
LIMIT = 0.05
# options under which a rule does in a few rounds what it otherwise does in many
QUICK: dict[str, dict[str, Any]] = {
    "lookahead": {"every": 2},
    "alternating": {"thorough_start": 1, "thorough_every": 3, "thorough_steps": 3},
}


def make(rule: str, optimizer: str = "adam") -> Cohort:
    recipe = make_recipe(
        model=use("model", "mlp", width=6),
        rule=use("rule", rule, **QUICK.get(rule, {})),
        regularizers=[use("regularizer", "weight-clipping", limit=LIMIT)],
        optimizer=OPTIMIZERS[optimizer],
    )
    return make_cohort(recipe)


def parameters(cohort: Cohort) -> dict[str, Tensor]:
    return {
        f"{name}.{key}": value.detach().clone()
        for name, network in cohort.networks.items()
        for key, value in network.parameters.items()
    }


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("rule", RULES)
def test_it_moves_every_player_with_any_optimizer_and_projects(rule: str, optimizer: str) -> None:
    cohort = make(rule, optimizer)
    before = parameters(cohort)
    for _ in range(3):
        seen = cohort.round()
    assert all(values.isfinite().all() for values in seen.values())
    after = parameters(cohort)
    for name, value in after.items():
        moved = (value != before[name]).flatten(1).any(1)
        assert value.isfinite().all()
        assert moved.all() or "bias" in name
        assert name.startswith("generator") or value.abs().max() <= LIMIT * (1 + 1e-6)


@pytest.mark.parametrize("rule", RULES)
def test_a_diverged_replica_stays_and_the_others_go_on(rule: str) -> None:
    sound, struck = make(rule), make(rule)
    for cohort in (sound, struck):
        cohort.round()
    struck.health.check(torch.tensor([1.0, torch.nan, 1.0]))
    before = parameters(struck)
    for cohort in (sound, struck):
        for _ in range(3):
            cohort.round()
    healthy = parameters(sound)
    for name, value in parameters(struck).items():
        assert torch.equal(value[1], before[name][1])
        torch.testing.assert_close(value[[0, 2]], healthy[name][[0, 2]])


@pytest.mark.parametrize("rule", RULES)
def test_it_resumes_exactly_wherever_it_was_cut(rule: str) -> None:
    whole = make(rule)
    for number in range(1, 6):
        other = make(rule)
        other.load_state(deepcopy(whole.state()))
        whole.round()
        other.round()
        theirs = parameters(other)
        assert all(torch.equal(value, theirs[name]) for name, value in parameters(whole).items()), number
