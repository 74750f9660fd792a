"""3D-GAN's networks at the paper's size, and smaller ones."""

import re

import pytest
import torch
from torch import nn

from gbench.api import Streams
from gbench.errors import UserError
from gbench.plugins import load_registry
from gbench.testing.networks import networks_of
from gbench_models.voxel_conv import VoxelConv

CONVOLUTIONS = (nn.Conv3d, nn.ConvTranspose3d)


def networks(side: int, **options: object) -> dict[str, nn.Module]:
    torch.manual_seed(0)
    return networks_of(VoxelConv(**options), (1, side, side, side))


def widths_and_sizes(network: nn.Module, start: torch.Tensor) -> list[tuple[int, int]]:
    """Channels and side of what each convolution gives, in order."""
    seen: list[tuple[int, int]] = []
    for part in network.modules():
        if isinstance(part, CONVOLUTIONS):
            part.register_forward_hook(lambda _, __, out: seen.append((out.shape[1], out.shape[2])))
    network(start)
    return seen


def test_at_64_the_networks_are_those_of_the_paper() -> None:
    """Without biases, 4³ = 64 weights for each pair of channels, and two for each normalised channel."""
    with torch.device("meta"):
        pair = networks(64)
        up = widths_and_sizes(pair["generator"], torch.randn(2, 200))
        down = widths_and_sizes(pair["discriminator"], torch.randn(2, 1, 64, 64, 64))
    assert up == [(512, 4), (256, 8), (128, 16), (64, 32), (1, 64)]
    assert down == [(64, 32), (128, 16), (256, 8), (512, 4)]
    counts = {name: sum(p.numel() for p in network.parameters()) for name, network in pair.items()}
    channels = 200 * 512 + 512 * 256 + 256 * 128 + 128 * 64 + 64
    assert counts["generator"] == 64 * channels + 2 * (512 + 256 + 128 + 64) == 17_569_664
    channels = 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512
    assert counts["discriminator"] == 64 * channels + 2 * (128 + 256 + 512) == 11_048_704


@pytest.mark.parametrize(
    ("side", "up"),
    [(8, [(6, 4), (1, 8)]), (16, [(12, 4), (6, 8), (1, 16)]), (32, [(24, 4), (12, 8), (6, 16), (1, 32)])],
)
def test_smaller_cubes_have_fewer_levels(side: int, up: list[tuple[int, int]]) -> None:
    pair = networks(side, width=6)
    assert widths_and_sizes(pair["generator"], torch.randn(2, 200)) == up
    down = widths_and_sizes(pair["discriminator"], torch.randn(2, 1, side, side, side))
    assert down == [(width, size) for width, size in reversed(up[:-1])]


def test_the_head_is_the_last_convolution_of_the_paper() -> None:
    """One kernel of 4³ on what is 4³, without padding."""
    discriminator = networks(16, width=3)["discriminator"].eval()
    image = torch.randn(5, 1, 16, 16, 16)
    maps = discriminator.features[:-1](image)
    assert maps.shape == (5, 6, 4, 4, 4)
    scores = nn.functional.conv3d(maps, discriminator.head.weight.view(1, 6, 4, 4, 4)).flatten()
    torch.testing.assert_close(discriminator(image), scores)


def test_normalisation_and_biases() -> None:
    """Batch norm everywhere but at the generator's output and the discriminator's input; no bias with it."""
    pair = networks(32, width=3)
    for network in pair.values():
        norms = [part for part in network.modules() if isinstance(part, nn.BatchNorm3d)]
        layers = [part for part in network.modules() if isinstance(part, (*CONVOLUTIONS, nn.Linear))]
        assert len(norms) == len(layers) - 1 - (network is pair["discriminator"])
        assert all(layer.bias is None for layer in layers)
    bare = networks(32, width=3, generator_norm="none", discriminator_norm="none")
    biases = {
        name: [m.bias is not None for m in n.modules() if hasattr(m, "weight")] for name, n in bare.items()
    }
    assert biases == {"generator": [True] * 3 + [False], "discriminator": [True] * 3 + [False]}


@pytest.mark.parametrize(("kind", "layer"), [("batch", nn.BatchNorm3d), ("layer", nn.GroupNorm)])
def test_the_norm_of_each_network_is_a_choice(kind: str, layer: type[nn.Module]) -> None:
    pair = networks(16, width=3, generator_norm=kind, discriminator_norm="none")
    assert any(isinstance(part, layer) for part in pair["generator"].modules())
    assert not any(
        hasattr(part, "num_groups") or hasattr(part, "running_mean")
        for part in pair["discriminator"].modules()
    )


def test_weights_start_at_a_standard_deviation_of_two_percent() -> None:
    for network in networks(16).values():
        for layer in network.modules():
            if isinstance(layer, (*CONVOLUTIONS, nn.Linear)):
                assert layer.weight.std().item() == pytest.approx(0.02, rel=0.05)


def test_a_sigmoid_makes_the_papers_pair_on_the_unit_interval() -> None:
    """G in [0, 1] by σ and D fed with [0, 1]: what the same layers give without the change of range."""
    linear, sigmoid = (networks(8, width=4, output=output) for output in ("linear", "sigmoid"))
    latents = torch.rand(5, 200)
    unit, fake = linear["generator"](latents).sigmoid(), sigmoid["generator"](latents)
    torch.testing.assert_close((fake + 1) / 2, unit)
    torch.testing.assert_close(sigmoid["discriminator"](fake), linear["discriminator"](unit))


@pytest.mark.parametrize(("law", "mean", "variance"), [("uniform", 0.5, 1 / 12), ("normal", 0, 1)])
def test_latents_are_uniform_from_0_to_1_or_normal(law: str, mean: float, variance: float) -> None:
    latents = VoxelConv(latent=law).draw(Streams([1, 2], torch.device("cpu")), "latent", 1000)
    assert latents.shape == (2, 1000, 200)
    assert latents.mean().item() == pytest.approx(mean, abs=0.01)
    assert latents.var().item() == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize(
    "shape", [(2,), (1, 8, 8), (1, 4, 4, 4), (1, 12, 12, 12), (1, 8, 8, 16), (1, 128, 128, 128)]
)
def test_it_refuses_what_halving_does_not_take_to_4(shape: tuple[int, ...]) -> None:
    size = "×".join(map(str, shape))
    cubes = "cubes of 8, 16, 32 or 64 voxels a side"
    message = f"model voxel-conv makes {cubes}, not {size}; model mlp takes any shape"
    with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
        networks_of(VoxelConv(), shape)


def test_mlp_draws_voxels_between_minus_one_and_one() -> None:
    registry = load_registry()
    pair = networks_of(registry.load(registry.find("model", "mlp"))(width=4), (1, 8, 8, 8))
    fake = 100 * pair["generator"](torch.randn(4, 16))
    assert fake.shape == (4, 1, 8, 8, 8)
    assert any(isinstance(part, nn.Tanh) for part in pair["generator"].modules())
