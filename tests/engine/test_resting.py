"""Parameters that rest: no rule moves them, and their optimizer starts afresh when they wake."""

import pytest
import torch

from gbench.engine.cohort import Cohort
from gbench.errors import UserError
from gbench.plugins import load_registry
from gbench.testing import make_cohort, make_recipe, use

LR = 1e-3


def cohort(rule: str = "alternating") -> Cohort:
    decaying = {"use": "adam", "lr": LR, "betas": [0.5, 0.999], "weight_decay": 0.1}
    return make_cohort(make_recipe(rule=use("rule", rule), optimizer=decaying))


def copies(cohort: Cohort) -> dict[str, dict[str, torch.Tensor]]:
    networks = cohort.networks.items()
    return {kind: {name: p.detach().clone() for name, p in net.parameters.items()} for kind, net in networks}


@pytest.mark.parametrize("rule", load_registry().names("rule"))
def test_no_rule_moves_what_rests(rule: str) -> None:
    try:
        played = cohort(rule)
    except UserError:
        pytest.skip("not on this game")
    played.round()
    before = copies(played)
    first = {kind: next(iter(network.parameters)) for kind, network in played.networks.items()}
    for kind, network in played.networks.items():
        network.resting = frozenset([first[kind]])
    for _ in range(6):
        played.round()
    for kind, network in played.networks.items():
        for name, parameter in network.parameters.items():
            assert torch.equal(parameter, before[kind][name]) == (name == first[kind]), f"{kind}.{name}"


def test_an_optimizer_starts_afresh_when_a_parameter_wakes() -> None:
    """Adam's first step has the size lr wherever there is a gradient; after idle steps it would be larger."""
    played = cohort()
    network = played.networks["generator"]
    network.resting = frozenset(network.parameters)
    for _ in range(5):
        played.round()
    before = copies(played)["generator"]
    network.resting = frozenset()
    played.round()
    steps = torch.cat([(p - before[name]).flatten() for name, p in network.parameters.items()]).abs()
    torch.testing.assert_close(steps.max(), torch.tensor(LR), rtol=1e-3, atol=0)
