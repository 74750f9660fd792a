"""Weight normalisation: the function at the start, its gradients, and torch's own."""

import pytest
import torch
from torch import nn

from gbench.errors import UserError
from gbench.testing import make_cohort, make_recipe, use
from tests.regularizers.plays import regularizer

LAYERS = [
    (nn.Linear, (7, 5), (5, 1), (4, 7)),
    (nn.Conv2d, (3, 6, 4), (6, 1, 1, 1), (4, 3, 8, 8)),
    (nn.ConvTranspose2d, (6, 3, 4), (1, 3, 1, 1), (4, 6, 5, 5)),
]


def wrapped(network: nn.Module) -> nn.Module:
    return regularizer("weight-norm").wrap(network)


@pytest.mark.parametrize(("kind", "sizes", "units", "shape"), LAYERS)
def test_nothing_changes_at_the_start(kind: type, sizes: tuple, units: tuple, shape: tuple) -> None:
    layer = kind(*sizes)
    samples = torch.randn(shape)
    before = layer(samples)
    wrapped(layer)
    assert torch.equal(layer(samples), before)
    assert layer.parametrizations.weight.original0.shape == units


@pytest.mark.parametrize(("kind", "sizes", "units", "shape"), LAYERS)
def test_the_direction_s_gradient_is_orthogonal_to_it(
    kind: type, sizes: tuple, units: tuple, shape: tuple
) -> None:
    """∇_v L · v = 0 and ∇_g L = ∇_w L · v / ‖v‖ for each unit (eq. 3)."""
    layer = wrapped(kind(*sizes).double())
    length, direction = (layer.parametrizations.weight.original0, layer.parametrizations.weight.original1)
    with torch.no_grad():
        length.mul_(2.5)
    weight = layer.weight
    weight.retain_grad()
    objective = (weight * torch.linspace(-1, 1, weight.numel()).double().view_as(weight)).sum()
    objective.backward()
    others = [axis for axis, size in enumerate(units) if size == 1]
    along = (direction.grad * direction).sum(others)
    torch.testing.assert_close(along, torch.zeros_like(along), atol=1e-12, rtol=0)
    norm = torch.linalg.vector_norm(direction, dim=others, keepdim=True)
    torch.testing.assert_close(length.grad, (weight.grad * direction / norm).sum(others, keepdim=True))


def test_agrees_with_torch_while_it_is_trained() -> None:
    torch.manual_seed(0)
    ours, theirs = nn.Linear(6, 4), nn.Linear(6, 4)
    theirs.load_state_dict(ours.state_dict())
    wrapped(ours)
    nn.utils.parametrizations.weight_norm(theirs)
    samples = torch.randn(9, 6)
    for layer in (ours, theirs):
        optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
        for _ in range(20):
            optimizer.zero_grad()
            layer(samples).tanh().square().sum().backward()
            optimizer.step()
    torch.testing.assert_close(ours.weight, theirs.weight)
    lengths = ours.parametrizations.weight.original0[:, 0].abs()
    torch.testing.assert_close(ours.weight.norm(dim=1), lengths)


@pytest.mark.parametrize("on", ["discriminator", "generator"])
def test_a_cohort_starts_where_it_does_without(on: str) -> None:
    plain = make_cohort()
    cohort = make_cohort(make_recipe(regularizers=[use("regularizer", "weight-norm", on=on)]))
    objectives = [c.round()["objective/discriminator"] for c in (plain, cohort)]
    torch.testing.assert_close(objectives[0], objectives[1])
    assert any("original0" in name for name in cohort.networks[on].parameters)
    other = {"discriminator": "generator", "generator": "discriminator"}[on]
    assert not any("original0" in name for name in cohort.networks[other].parameters)


def test_weights_that_are_changed_already_are_refused() -> None:
    layer = nn.utils.parametrizations.orthogonal(nn.Linear(3, 3))
    with pytest.raises(UserError) as caught:
        wrapped(layer)
    assert str(caught.value) == "weight-norm comes before others that change weights; list it first"
