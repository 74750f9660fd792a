"""The networks of the papers' toy experiments: shapes, parameter counts and first weights."""

import math

import pytest
import torch
from torch import nn

from gbench.plugins import load_registry
from gbench.testing.networks import networks_of
from gbench_models.maxout import MaxoutLayer


def networks(name: str, shape: tuple[int, ...] = (2,), **options: object) -> dict[str, nn.Module]:
    registry = load_registry()
    return networks_of(registry.load(registry.find("model", name))(**options), shape)


def weights(network: nn.Module) -> list[torch.Tensor]:
    return [m.weight for m in network.modules() if isinstance(m, nn.Linear)]


def test_a_maxout_unit_is_the_largest_of_its_pieces() -> None:
    layer, x = MaxoutLayer(3, 4, 5), torch.randn(7, 3)
    pieces = torch.stack([x @ w + b for w, b in zip(layer.linear.weight, layer.linear.bias, strict=True)], 1)
    expected = torch.stack([pieces[:, 5 * unit : 5 * unit + 5].max(1).values for unit in range(4)], 1)
    torch.testing.assert_close(layer(x), expected)


def test_two_pieces_make_an_absolute_value() -> None:
    layer = MaxoutLayer(1, 1, 2)
    with torch.no_grad():
        layer.linear.weight.copy_(torch.tensor([[1.0], [-1.0]]))
        layer.linear.bias.zero_()
    assert layer(torch.tensor([[-3.0], [2.0]])).tolist() == [[3.0], [2.0]]


def test_maxout_is_pacgans_pair() -> None:
    """G: 2·400 + 3·400² + 4·2·400 (batch norm) + 400·2 + 2; D: (m·2 + 1)·1000 + 2·201·1000 + 201."""
    for m in (1, 2, 4):
        pair = networks("maxout", (2 * m,))
        counts = {name: sum(p.numel() for p in network.parameters()) for name, network in pair.items()}
        assert counts["discriminator"] == (2 * m + 1) * 1000 + 2 * 201 * 1000 + 201
        if m == 1:
            assert counts["generator"] == 2 * 400 + 3 * 400**2 + 4 * 2 * 400 + 400 * 2 + 2
        assert pair["discriminator"](torch.randn(6, 2 * m)).shape == (6,)


@pytest.mark.parametrize(("model", "options"), [("maxout", {}), ("mlp", {"init": "normal", "width": 400})])
def test_normal_weights_start_at_a_standard_deviation_of_two_percent(model: str, options: dict) -> None:
    torch.manual_seed(0)
    for network in networks(model, **options).values():
        assert torch.cat([w.flatten() for w in weights(network)]).std().item() == pytest.approx(
            0.02, rel=0.02
        )
        biases = [m.bias for m in network.modules() if isinstance(m, nn.Linear) and m.bias is not None]
        assert all((bias == 0).all() for bias in biases)


def test_orthogonal_weights_keep_lengths_up_to_their_gain() -> None:
    for network in networks("mlp", width=8, latents=8, init="orthogonal", init_scale=0.8).values():
        for weight in weights(network):
            short = weight if len(weight) <= weight.shape[1] else weight.T
            torch.testing.assert_close(short @ short.T, 0.64 * torch.eye(len(short)), atol=1e-5, rtol=0)


def test_depths_may_differ() -> None:
    pair = networks("mlp", depth=4, discriminator_depth=1)
    assert {name: len(weights(network)) for name, network in pair.items()} == {
        "generator": 5,
        "discriminator": 2,
    }


@pytest.mark.parametrize("shape", [(2,), (1, 8, 8)])
def test_the_discriminator_may_see_a_fraction(shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    plain = networks("mlp", shape)["discriminator"]
    torch.manual_seed(0)
    scaled = networks("mlp", shape, input_scale=0.25)["discriminator"]
    x = torch.randn(5, *shape)
    torch.testing.assert_close(scaled(4 * x), plain(x))
    assert not math.isclose(scaled(x)[0].item(), plain(x)[0].item())
