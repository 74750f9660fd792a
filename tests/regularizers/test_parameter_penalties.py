"""Orthogonal regularization and historical averaging: penalties on a network's own parameters."""

from copy import deepcopy

import pytest
import torch
from torch import Tensor, nn

from gbench.errors import UserError
from gbench.testing import make_cohort, make_recipe, use
from tests.regularizers.plays import make_play, make_stage, regularizer, replicas_of

LAYERS = [nn.Linear(7, 5), nn.Conv2d(3, 4, 2), nn.ConvTranspose2d(3, 4, 2)]


def orthogonality(*networks: nn.Module, weight: float = 1.0) -> Tensor:
    """The penalty on networks with these weights, a replica each."""
    built = regularizer("orthogonal", weight=weight)
    built.begin(make_stage(networks={"generator": replicas_of(*networks)}))
    return built.penalty(make_play(lambda x: x.sum(-1), replicas=len(networks)))


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_orthogonal_filters_cost_nothing_whatever_their_norms(layer: nn.Module) -> None:
    axis = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
    filters = nn.init.orthogonal_(torch.empty(layer.weight.movedim(axis, 0).flatten(1).shape))
    scaled = torch.arange(1, len(filters) + 1)[:, None] * filters
    with torch.no_grad():
        layer.weight.copy_(scaled.view(layer.weight.movedim(axis, 0).shape).movedim(0, axis))
    assert orthogonality(layer).item() == pytest.approx(0, abs=1e-9)


def test_orthogonal_on_a_known_matrix() -> None:
    """Filters (1, 2) and (3, 4): the product 11 stands twice off the diagonal, 2 · 121."""
    known, orthogonal = nn.Linear(2, 2), nn.Linear(2, 2)
    with torch.no_grad():
        known.weight.copy_(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
        orthogonal.weight.copy_(torch.tensor([[1.0, 2.0], [-4.0, 2.0]]))
    values = orthogonality(known, orthogonal, weight=1e-4)
    torch.testing.assert_close(values, torch.tensor([0.0242, 0.0]).double())


def test_orthogonal_adds_up_over_layers_and_finds_weights_behind_parametrizations() -> None:
    torch.manual_seed(0)
    layers = [nn.Conv2d(2, 3, 2), nn.Conv2d(3, 2, 1)]
    parts = sum(orthogonality(deepcopy(layer)) for layer in layers)
    for layer, norm in zip(layers, ("spectral-norm", "weight-norm"), strict=True):
        regularizer(norm).wrap(layer)
    torch.testing.assert_close(orthogonality(nn.Sequential(*layers, nn.BatchNorm2d(2))), parts)


def test_orthogonal_gradient_against_finite_differences() -> None:
    torch.manual_seed(0)
    built = regularizer("orthogonal", weight=1.0)
    network = replicas_of(nn.ConvTranspose2d(2, 3, 2))
    built.begin(make_stage(networks={"generator": network}))
    given = make_play(lambda x: x.sum(-1), replicas=1)

    def value(weight: Tensor) -> Tensor:
        with network.using(network.parameters | {"weight": weight}):
            return built.penalty(given)

    assert torch.autograd.gradcheck(value, network.parameters["weight"])


def test_orthogonal_refuses_a_network_without_matrices() -> None:
    parts = {"game": use("game", "dirac"), "model": None, "regularizers": [use("regularizer", "orthogonal")]}
    with pytest.raises(UserError) as error:
        make_cohort(make_recipe(**parts))
    assert (
        str(error.value)
        == "orthogonal finds no weights: the generator has neither linear layers nor convolutions"
    )


def test_historical_averaging_against_a_hand_written_loop() -> None:
    """The same game without it, its discriminator's gradient plus 2w(θ − mean of θ so far)."""
    optimizer = use("optimizer", "sgd", lr=0.1)
    averaging = [use("regularizer", "historical-averaging", weight=0.7)]
    rule = use("rule", "simultaneous")
    ours = make_cohort(make_recipe(optimizer=optimizer, rule=rule, regularizers=averaging))
    theirs = make_cohort(make_recipe(optimizer=optimizer, rule=rule))
    judge = theirs.networks["discriminator"].parameters
    past = [[p.detach().clone() for p in judge.values()]]
    for _ in range(6):
        ours.round()
        batch = theirs.draw()
        gradients = [player.gradient(batch) for player in theirs.players]
        for place, parameter in enumerate(judge.values()):
            mean = torch.stack([row[place] for row in past]).mean(0)
            gradients[0][place] += 2 * 0.7 * (parameter.detach() - mean)
        for player, gradient in zip(theirs.players, gradients, strict=True):
            player.step(gradient)
        past.append([p.detach().clone() for p in judge.values()])
    for name, parameter in judge.items():
        torch.testing.assert_close(ours.networks["discriminator"].parameters[name], parameter)
    assert ours.regularizers[0].memory["updates"].tolist() == [7, 7, 7]


@pytest.mark.parametrize("on", ["generator", "discriminator"])
def test_historical_averaging_with_a_large_weight_holds_its_network_back(on: str) -> None:
    """It alone: the other network goes on moving."""
    moved = {}
    for weight in (0.0, 30.0):
        averaging = [use("regularizer", "historical-averaging", on=on, weight=weight)]
        cohort = make_cohort(make_recipe(optimizer=use("optimizer", "sgd", lr=0.02), regularizers=averaging))
        start = {
            name: [p.detach().clone() for p in net.parameters.values()]
            for name, net in cohort.networks.items()
        }
        for _ in range(15):
            cohort.round()
        moved[weight] = {
            name: sum(
                (p - q).norm().item() for p, q in zip(net.parameters.values(), start[name], strict=True)
            )
            for name, net in cohort.networks.items()
        }
    other = "discriminator" if on == "generator" else "generator"
    assert moved[30.0][on] < 0.5 * moved[0.0][on]
    assert moved[30.0][other] > 0.5 * moved[0.0][other]
