"""Layer normalisation against numbers by hand and against models that are built with it."""

import pytest
import torch
from torch import nn

from gbench.errors import UserError
from gbench.testing import images, make_cohort, make_recipe, points, use
from tests.regularizers.plays import regularizer


def wrapped(network: nn.Module, **options: str) -> nn.Module:
    return regularizer("layer-norm", **options).wrap(network)


def test_a_vector_by_hand() -> None:
    """(1, 2, 3, 6) has the mean 3 and the variance 3.5."""
    network = wrapped(nn.Sequential(nn.BatchNorm1d(4, eps=0)))
    expected = torch.tensor([[-2.0, -1.0, 0.0, 3.0]]) / 3.5**0.5
    torch.testing.assert_close(network(torch.tensor([[1.0, 2.0, 3.0, 6.0]])), expected)


def test_an_image_is_normalised_over_all_it_has_and_scaled_by_channel() -> None:
    layer = nn.BatchNorm2d(3)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([1.0, 2.0, 3.0]))
        layer.bias.copy_(torch.tensor([0.0, -1.0, 5.0]))
    network = wrapped(nn.Sequential(layer))
    found = network(torch.randn(4, 3, 5, 5)).detach()
    normal = (found - torch.tensor([0.0, -1.0, 5.0]).view(3, 1, 1)) / torch.tensor([1.0, 2.0, 3.0]).view(
        3, 1, 1
    )
    torch.testing.assert_close(normal.flatten(1).mean(1), torch.zeros(4), atol=1e-6, rtol=0)
    torch.testing.assert_close(normal.flatten(1).var(1, unbiased=False), torch.ones(4), atol=1e-3, rtol=0)


def test_a_sample_ignores_the_others() -> None:
    network = wrapped(nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.Linear(8, 1)))
    samples = torch.randn(16, 2)
    torch.testing.assert_close(network(samples)[:3], network(samples[:3]))


@pytest.mark.parametrize("on", ["discriminator", "generator"])
@pytest.mark.parametrize("model", ["mlp", "dcgan"])
def test_it_is_what_a_model_calls_layer(model: str, on: str) -> None:
    """The same network with `layer` from the start gives the same training."""
    data = points() if model == "mlp" else images()
    chosen = [use("regularizer", "layer-norm", on=on)]
    replaced, built = (
        make_cohort(
            make_recipe(model=use("model", model, width=8, **{f"{on}_norm": kind}), regularizers=parts),
            data,
            mode="loop",
        )
        for kind, parts in (("batch", chosen), ("layer", []))
    )
    for _ in range(2):
        first, second = replaced.round(), built.round()
    for name, values in first.items():
        torch.testing.assert_close(values, second[name], rtol=1e-4, atol=1e-5)


def test_a_network_without_batch_normalisation_is_refused() -> None:
    with pytest.raises(UserError) as caught:
        wrapped(nn.Sequential(nn.Linear(2, 2)), on="generator")
    assert str(caught.value) == (
        "layer-norm finds no batch normalisation in the generator; "
        "set the model's option generator_norm: batch"
    )
