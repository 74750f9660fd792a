"""Spectral normalisation against the singular value decomposition."""

import pytest
import torch
from torch import nn

from gbench.engine.replicas import Replicas
from gbench.plugins import load_registry


def wrap(layer: nn.Module, iterations: int = 1) -> nn.Module:
    registry = load_registry()
    return registry.load(registry.find("regularizer", "spectral-norm"))(iterations=iterations).wrap(layer)


@pytest.mark.parametrize(
    ("layer", "axis"),
    [
        (nn.Linear(7, 5), 0),
        (nn.Conv2d(3, 6, 4), 0),
        (nn.ConvTranspose2d(6, 3, 4), 1),
    ],
)
def test_the_largest_singular_value_becomes_one(layer: nn.Module, axis: int) -> None:
    """For a convolution, of the matrix d_out × (d_in · h · w)."""
    original = layer.weight.detach().clone()
    wrap(layer, iterations=200)
    matrix = layer.weight.detach().movedim(axis, 0).flatten(1)
    assert torch.linalg.matrix_norm(matrix, 2).item() == pytest.approx(1.0, abs=1e-5)
    ratio = original / layer.weight.detach()
    expected = torch.linalg.matrix_norm(original.movedim(axis, 0).flatten(1), 2)
    torch.testing.assert_close(ratio, expected.expand_as(ratio), rtol=1e-4, atol=1e-4)


def test_one_iteration_at_a_time_gets_there_in_training_and_rests_in_evaluation() -> None:
    torch.manual_seed(0)
    layer = wrap(nn.Linear(30, 20))
    samples = torch.randn(2, 30)
    for _ in range(300):
        layer(samples)
    assert torch.linalg.matrix_norm(layer.weight.detach(), 2).item() == pytest.approx(1.0, abs=1e-3)
    layer.eval()
    before = layer.parametrizations.weight[0].u.clone()
    layer(samples)
    assert torch.equal(layer.parametrizations.weight[0].u, before)


def test_agrees_with_torch_and_keeps_the_gradient_of_the_quotient() -> None:
    torch.manual_seed(0)
    ours, theirs = nn.Linear(6, 4), nn.Linear(6, 4)
    theirs.load_state_dict(ours.state_dict())
    wrap(ours, iterations=500)
    torch.nn.utils.parametrizations.spectral_norm(theirs, n_power_iterations=500)
    samples = torch.randn(5, 6)
    torch.testing.assert_close(ours(samples), theirs(samples), rtol=1e-4, atol=1e-5)
    for layer in (ours, theirs):
        layer(samples).square().sum().backward()
    torch.testing.assert_close(
        ours.parametrizations.weight.original.grad,
        theirs.parametrizations.weight.original.grad,
        rtol=1e-3,
        atol=1e-4,
    )


@pytest.mark.parametrize("mode", ["vmap", "loop"])
def test_each_replica_has_its_own_norm(mode: str) -> None:
    layers = []
    for scale in (1.0, 10.0, 100.0):
        layer = nn.Linear(8, 8, bias=False)
        nn.init.normal_(layer.weight, 0, scale)
        layers.append(wrap(layer, iterations=100))
    replicas = Replicas(layers, mode, torch.device("cpu"))
    eye = torch.eye(8).expand(3, 8, 8)
    weights = replicas(eye)
    norms = torch.linalg.matrix_norm(weights.detach(), 2)
    torch.testing.assert_close(norms, torch.ones(3), rtol=1e-3, atol=1e-3)
