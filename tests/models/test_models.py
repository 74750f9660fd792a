"""Networks: shapes at every size, initialisation, parameter counts that a paper's reader can compute."""

import pytest
import torch
from torch import nn

from gbench.errors import UserError
from gbench.plugins import load_registry


def networks(name: str, shape: tuple[int, ...], **options: object) -> dict[str, nn.Module]:
    registry = load_registry()
    return registry.load(registry.find("model", name))(**options).networks(shape, None)


@pytest.mark.parametrize("size", [(8, 8), (9, 11), (16, 16), (28, 28), (30, 45), (32, 32), (64, 64)])
@pytest.mark.parametrize("channels", [1, 3])
def test_dcgan_makes_and_judges_images_of_any_size(size: tuple[int, int], channels: int) -> None:
    pair = networks("dcgan", (channels, *size), width=4)
    fake = pair["generator"](torch.randn(2, 100))
    assert fake.shape == (2, channels, *size)
    assert fake.abs().max() <= 1
    assert pair["discriminator"](fake).shape == (2,)


def test_dcgan_at_64_is_radfords() -> None:
    """Generator: 100 → 1024·4·4, then transposed convolutions 1024-512-256-128-3 (figure 1), width 128."""
    generator = networks("dcgan", (3, 64, 64), width=128)["generator"]
    channels = [m.in_channels for m in generator.modules() if isinstance(m, nn.ConvTranspose2d)]
    assert channels == [1024, 512, 256, 128]
    assert generator[0].out_features == 1024 * 4 * 4


def test_dcgan_starts_at_a_standard_deviation_of_two_percent() -> None:
    torch.manual_seed(0)
    for network in networks("dcgan", (1, 32, 32), width=32).values():
        weights = torch.cat(
            [m.weight.flatten() for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
        )
        assert weights.std().item() == pytest.approx(0.02, rel=0.02)


def test_dcgan_refuses_what_is_too_small() -> None:
    message = "model dcgan makes images of at least 8×8 pixels, not 1×4×4; model mlp takes any shape"
    with pytest.raises(UserError, match=message):
        networks("dcgan", (1, 4, 4))


@pytest.mark.parametrize("shape", [(2,), (1,), (1, 8, 8), (3, 5, 7)])
def test_mlp_takes_any_shape(shape: tuple[int, ...]) -> None:
    pair = networks("mlp", shape, width=8, depth=3)
    fake = pair["generator"](torch.randn(4, 16))
    assert fake.shape == (4, *shape)
    assert pair["discriminator"](fake).shape == (4,)


def test_mlp_has_the_parameters_of_its_layers() -> None:
    """16·128 + 128 + 128·128 + 128 + 128·2 + 2 for the generator of points."""
    pair = networks("mlp", (2,))
    counts = {name: sum(p.numel() for p in network.parameters()) for name, network in pair.items()}
    assert counts == {"generator": 18946, "discriminator": 17025}


@pytest.mark.parametrize("name", ["mlp", "dcgan"])
def test_the_discriminators_norm_is_a_choice(name: str) -> None:
    for kind, layer in (
        ("none", ()),
        ("batch", nn.modules.batchnorm._BatchNorm),
        ("layer", nn.LayerNorm | nn.GroupNorm),
    ):
        discriminator = networks(name, (1, 16, 16), width=8, discriminator_norm=kind)["discriminator"]
        found = [m for m in discriminator.modules() if layer and isinstance(m, layer)]
        assert bool(found) == (kind != "none")


def test_a_discriminator_is_its_head_on_its_features() -> None:
    discriminator = networks("dcgan", (1, 8, 8), width=4)["discriminator"].eval()
    image = torch.randn(3, 1, 8, 8)
    torch.testing.assert_close(
        discriminator(image), discriminator.head(discriminator.features(image)).squeeze(-1)
    )
