"""Discriminators that are autoencoders: their energies, codes and sizes."""

import re

import pytest
import torch
from torch import nn

from gbench.api import Dropout
from gbench.errors import UserError
from gbench.plugins import load_registry
from gbench.testing.networks import networks_of


def networks(name: str, shape: tuple[int, ...], **options: object) -> dict[str, nn.Module]:
    registry = load_registry()
    model = registry.load(registry.find("model", name))(**options)
    model.name = name
    return networks_of(model, shape)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("autoencoder", (2,)),
        ("autoencoder", (1, 8, 8)),
        ("autoencoder", (1, 28, 28)),
        ("autoencoder", (3, 32, 48)),
        ("began", (1, 8, 8)),
        ("began", (1, 28, 28)),
        ("began", (3, 32, 32)),
    ],
)
def test_they_make_and_judge_samples_of_any_even_size(name: str, shape: tuple[int, ...]) -> None:
    pair = networks(name, shape, width=4, latents=6)
    fake = pair["generator"](torch.randn(5, 6))
    energies = pair["discriminator"](fake)
    assert fake.shape == (5, *shape)
    assert energies.shape == (5,)
    assert (energies >= 0).all()
    assert pair["discriminator"].features(fake).dim() == 2


@pytest.mark.parametrize(("name", "energy"), [("autoencoder", (1 + 9 + 0 + 4) / 4), ("began", 6 / 4)])
def test_the_energy_is_the_mean_error_of_each_sample(name: str, energy: float) -> None:
    """Errors 1, −3, 0, 2 on the only four pixels that matter: mean square 3.5, mean absolute value 1.5."""
    discriminator = networks(name, (1, 8, 8), width=2)["discriminator"]
    errors = torch.tensor([1.0, -3.0, 0.0, 2.0]).repeat(16).view(1, 1, 8, 8)
    samples = torch.randn(3, 1, 8, 8)
    discriminator.decoder = _Constant(torch.cat([samples[:2] + errors, samples[2:]]))
    torch.testing.assert_close(discriminator(samples), torch.tensor([energy, energy, 0.0]))


class _Constant(nn.Module):
    """A decoder that says the same whatever the code."""

    def __init__(self, said: torch.Tensor):
        super().__init__()
        self.said = said

    def forward(self, code: torch.Tensor) -> torch.Tensor:
        return self.said


@pytest.mark.parametrize("name", ["autoencoder", "began"])
def test_the_energy_of_a_sample_does_not_depend_on_the_others(name: str) -> None:
    discriminator = networks(name, (1, 8, 8), width=4)["discriminator"].eval()
    samples = torch.randn(6, 1, 8, 8)
    torch.testing.assert_close(discriminator(samples)[2:3], discriminator(samples[2:3]))


def test_ebgans_encoder_doubles_its_channels_and_its_decoder_mirrors_it() -> None:
    """Zhao et al. 2017, appendix D: (64)4c2s-(128)4c2s-(256)4c2s and back to the image."""
    discriminator = networks("autoencoder", (3, 32, 32))["discriminator"]
    down = [layer for layer in discriminator.features if isinstance(layer, nn.Conv2d)]
    up = [layer for layer in discriminator.decoder.modules() if isinstance(layer, nn.ConvTranspose2d)]
    assert [layer.out_channels for layer in down] == [64, 128, 256]
    assert [layer.out_channels for layer in up] == [128, 64, 3]
    assert {(*layer.kernel_size, *layer.stride) for layer in down + up} == {(4, 4, 2, 2)}


def test_ebgan_normalises_everywhere_but_next_to_the_image() -> None:
    discriminator = networks("autoencoder", (3, 32, 32), width=4)["discriminator"]
    normed = [m.num_features for m in discriminator.modules() if isinstance(m, nn.BatchNorm2d)]
    assert normed == [8, 16, 8, 4]
    plain = networks("autoencoder", (3, 32, 32), width=4, discriminator_norm="none")["discriminator"]
    assert not any(isinstance(m, nn.BatchNorm2d) for m in plain.modules())


@pytest.mark.parametrize(
    ("name", "shape"), [("autoencoder", (2,)), ("autoencoder", (1, 8, 8)), ("began", (1, 8, 8))]
)
def test_dropout_is_that_of_the_code_before_it_is_decoded(name: str, shape: tuple[int, ...]) -> None:
    discriminator = networks(name, shape, width=4, discriminator_norm="none", dropout=0.5)["discriminator"]
    assert not any(isinstance(part, Dropout) for part in discriminator.features.modules())
    samples, seen = torch.randn(50, *shape), []
    discriminator.decoder[1].register_forward_hook(lambda _, inputs, __: seen.append(inputs[0]))
    discriminator(samples)
    kept = seen[0] != 0
    assert kept.float().mean().item() == pytest.approx(0.5, abs=0.1)
    torch.testing.assert_close(seen[0][kept], 2 * discriminator.features(samples)[kept])


@pytest.mark.parametrize(("name", "share"), [("autoencoder", 0.25), ("began", 0.5)])
def test_an_error_on_the_unit_interval_is_half_as_large(name: str, share: float) -> None:
    """Samples 1, a decoder that says 0: mean square or absolute value of 1, and of ½ (1 + 1) − ½ (0 + 1)."""
    samples = torch.ones(3, 1, 8, 8)
    for output, said, energy in (("tanh", 0.0, 1.0), ("sigmoid", 0.5, share)):
        discriminator = networks(name, (1, 8, 8), width=2, output=output)["discriminator"]
        discriminator.decoder = _Constant(torch.full_like(samples, said))
        torch.testing.assert_close(discriminator(samples), torch.full((3,), energy))


def test_began_has_the_channels_of_its_figure() -> None:
    """Berthelot et al. 2017, figure 1: the encoder has n, 2n, 3n channels, the decoder n throughout."""
    pair = networks("began", (3, 32, 32), width=4)
    encoder, decoder = pair["discriminator"].features, pair["discriminator"].decoder
    assert widths(encoder) == [4, 4, 4, 8, 8, 8, 12, 12, 12]
    assert widths(decoder) == [4, 4, 4, 4, 4, 4, 3]
    assert encoder[-1].in_features == 12 * 8 * 8


def widths(network: nn.Sequential) -> list[int]:
    return [layer.out_channels for layer in network if isinstance(layer, nn.Conv2d)]


def test_began_has_the_parameters_of_its_layers() -> None:
    """n 2, 8×8 → 4×4, N_h 3: 9·(in·out) + out for each convolution, and two linear layers."""
    pair = networks("began", (1, 8, 8), width=2, latents=3)
    generator = (3 + 1) * 32 + 4 * (9 * 4 + 2) + (9 * 2 + 1)
    encoder = (9 * 2 + 2) + 2 * (9 * 4 + 2) + (9 * 8 + 4) + 2 * (9 * 16 + 4) + (64 + 1) * 3
    counts = {name: sum(p.numel() for p in network.parameters()) for name, network in pair.items()}
    assert counts == {"generator": generator, "discriminator": encoder + generator}


def test_began_starts_by_xaviers_law() -> None:
    """Glorot and Bengio 2010, eq. 16: variance 2 / (inputs + outputs), the nine taps of a kernel counted."""
    for network in networks("began", (1, 16, 16), width=32).values():
        for layer in network.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear) and layer.weight.numel() > 9000:
                taps = layer.weight[0, 0].numel()
                variance = 2 / (taps * (layer.weight.shape[0] + layer.weight.shape[1]))
                assert layer.weight.var().item() == pytest.approx(variance, rel=0.05)
                assert not layer.bias.any()


def test_began_decodes_alike_with_weights_of_its_own() -> None:
    pair = networks("began", (1, 8, 8), width=2)
    generator, decoder = pair["generator"], pair["discriminator"].decoder
    assert [tuple(p.shape) for p in generator.parameters()] == [tuple(p.shape) for p in decoder.parameters()]
    assert not {id(p) for p in generator.parameters()} & {id(p) for p in decoder.parameters()}


@pytest.mark.parametrize(
    ("name", "shape", "size"), [("began", (1, 9, 9), "1×9×9"), ("autoencoder", (1, 4, 4), "1×4×4")]
)
def test_sizes_that_cannot_be_halved_are_refused(name: str, shape: tuple[int, ...], size: str) -> None:
    message = f"model {name} makes images of even height and width, at least 8×8 pixels, not {size}"
    with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
        networks(name, shape)
