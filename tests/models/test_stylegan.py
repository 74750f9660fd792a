"""Styles, noise and their mixing, against their definitions."""

import re
from collections import Counter

import pytest
import torch
from torch import Tensor, nn

from gbench.engine.streams import Streams
from gbench.errors import UserError
from gbench.testing.networks import networks_of
from gbench_models.stylegan import AdaIN, Stylegan, StyleGenerator, planes

LATENTS = 6


def build(size: int = 16, **options: object) -> tuple[Stylegan, StyleGenerator]:
    torch.manual_seed(0)
    model = Stylegan(**{"latents": LATENTS, "width": 4, "depth": 2, **options})
    generator = networks_of(model, (1, size, size))["generator"]
    assert isinstance(generator, StyleGenerator)
    return model, generator


def draw(model: Stylegan, count: int) -> Tensor:
    """Latents of one replica, `[count, ...]`."""
    return model.draw(Streams([1], torch.device("cpu")), "latent", count)[0]


def test_adain_gives_each_channel_the_styles_mean_and_deviation() -> None:
    layer = AdaIN(LATENTS, 3)
    w = torch.randn(5, LATENTS)
    scale, shift = layer.style(w).chunk(2, 1)
    styled = layer(7 * torch.randn(5, 3, 16, 16) + 2, w)
    torch.testing.assert_close(styled.mean((2, 3)), shift, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(styled.std((2, 3), correction=0), scale.abs(), rtol=1e-4, atol=1e-4)


def test_styles_are_around_one_and_zero_at_first() -> None:
    """Karras et al. 2019, appendix C: the biases of y_s start at 1, all others at 0."""
    styled = AdaIN(LATENTS, 4)(torch.randn(2, 4, 3, 3), torch.zeros(2, LATENTS))
    torch.testing.assert_close(styled.std((2, 3), correction=0), torch.ones(2, 4), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(styled.mean((2, 3)), torch.zeros(2, 4), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("cut", "kept", "free"), [(1.0, slice(0, 6), slice(6, 12)), (0.0, slice(6, 12), slice(0, 6))]
)
def test_a_cut_at_an_end_is_one_latent_alone(cut: float, kept: slice, free: slice) -> None:
    model, generator = build()
    latent = draw(model, 4)
    latent[:, 2 * LATENTS] = cut
    other = latent.clone()
    other[:, free] = torch.randn(4, LATENTS)
    assert torch.equal(generator(latent), generator(other))
    other[:, kept] = torch.randn(4, LATENTS)
    assert not torch.allclose(generator(latent), generator(other))


def test_a_cut_gives_the_lowest_layers_the_first_style() -> None:
    _, generator = build()
    first, second = torch.randn(2, 1, LATENTS)
    styles = generator.styles(first, second, torch.tensor([[0.4]]))
    w1, w2 = generator.mapping(first), generator.mapping(second)
    assert not torch.equal(w1, w2)
    chosen = ["first" if torch.equal(w, w1) else "second" for w in styles]
    assert chosen == ["first"] * 3 + ["second"] * 3  # 0.4 of 6 layers is 2.4: layers 0, 1 and 2


def test_every_place_to_cut_is_as_likely_and_a_tenth_is_not_cut() -> None:
    model, _ = build()
    cuts = draw(model, 50_000)[:, 2 * LATENTS]
    lowest = Counter(int((torch.arange(6) < cut * 6).sum()) for cut in cuts)
    assert sorted(lowest) == [1, 2, 3, 4, 5, 6]
    assert lowest[6] / 50_000 == pytest.approx(0.1, abs=0.01)
    assert [lowest[k] / 50_000 for k in range(1, 6)] == pytest.approx([0.18] * 5, abs=0.01)


def test_without_mixing_nothing_is_cut() -> None:
    model, _ = build(mixing=0.0)
    assert (draw(model, 1000)[:, 2 * LATENTS] == 1).all()


def test_evaluation_never_mixes() -> None:
    model, generator = build()
    generator.eval()
    latent = draw(model, 4)
    latent[:, 2 * LATENTS] = 0.5
    other = latent.clone()
    other[:, LATENTS : 2 * LATENTS] = 0
    assert torch.equal(generator(latent), generator(other))


def test_noise_has_no_effect_until_its_strength_is_learnt() -> None:
    model, generator = build()
    latent = draw(model, 4)
    other = latent.clone()
    other[:, 2 * LATENTS + 1 :] = torch.randn_like(other[:, 2 * LATENTS + 1 :])
    assert torch.equal(generator(latent), generator(other))
    torch.nn.init.ones_(generator.synthesis.layers[3].strength)
    assert not torch.allclose(generator(latent), generator(other))


def test_noise_has_a_number_for_each_pixel_of_each_layer() -> None:
    """Two layers at each of 4×4, 8×8, 16×16."""
    model, _ = build()
    assert planes(model.sizes(model.shape)) == [16, 16, 64, 64, 256, 256]
    assert draw(model, 3).shape == (3, 2 * LATENTS + 1 + 672)


@pytest.mark.parametrize(
    ("downsampling", "layers"),
    [
        ("average-pool", ["EqualConv", "LeakyReLU", "EqualConv", "Blur", "LeakyReLU", "AvgPool2d"]),
        ("stride", ["EqualConv", "LeakyReLU", "Blur", "EqualConv", "LeakyReLU"]),
    ],
)
def test_images_are_blurred_before_they_are_halved(downsampling: str, layers: list[str]) -> None:
    model = Stylegan(latents=LATENTS, width=4, depth=1, downsampling=downsampling)
    features = networks_of(model, (1, 16, 16))["discriminator"].features
    assert [type(layer).__name__ for layer in features[2]] == layers


def test_styles_are_made_with_the_generators_activation() -> None:
    _, generator = build(activation="elu")
    assert {type(part) for part in generator.modules()} >= {nn.ELU}
    assert not any(isinstance(part, nn.LeakyReLU) for part in generator.mapping)


def test_latents_are_normalised_first() -> None:
    _, generator = build()
    z = torch.randn(3, LATENTS)
    torch.testing.assert_close(generator.mapping(z), generator.mapping(10 * z))


def test_the_mapping_network_learns_a_hundredth_as_fast() -> None:
    """Weights start at N(0, 100²) and act as 1/100 of that: equal steps move them a hundredth as far."""
    _, generator = build(latents=64)
    layer = generator.mapping[1]
    assert layer.weight.std().item() == pytest.approx(100, rel=0.05)
    assert layer.scale == pytest.approx(0.01 * (2 / 64) ** 0.5)


def test_a_latent_is_the_same_whatever_it_is_drawn_beside() -> None:
    """The first latents are those of any other model, so that techniques are compared on the same ones."""
    model, _ = build()
    plain = Streams([1], torch.device("cpu")).normal("latent", (5, LATENTS))[0]
    assert torch.equal(draw(model, 5)[:, :LATENTS], plain)


def test_the_generator_has_the_papers_parameters() -> None:
    """Karras et al. 2019, section 2: 26.2 M, for 1024×1024."""
    with torch.device("meta"):
        generator = networks_of(Stylegan(), (3, 1024, 1024))["generator"]
    assert sum(p.numel() for p in generator.parameters()) == pytest.approx(26.2e6, abs=0.05e6)


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 28, 28), (1, 16, 24)])
def test_it_makes_and_judges_images(shape: tuple[int, ...]) -> None:
    model = Stylegan(latents=LATENTS, width=2, depth=1)
    networks = networks_of(model, shape)
    fake = networks["generator"](draw(model, 3))
    assert fake.shape == (3, *shape)
    assert networks["discriminator"](fake).shape == (3,)


def test_sizes_that_do_not_double_are_refused() -> None:
    message = "model stylegan makes images of even height and width, at least 8×8 pixels, not 1×7×7"
    with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
        networks_of(Stylegan(), (1, 7, 7))
