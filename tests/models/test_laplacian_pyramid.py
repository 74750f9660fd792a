"""The Laplacian pyramid: exactly invertible, and networks with the paper's layers at each level."""

import re

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from gbench.api import Dropout, Streams
from gbench.errors import UserError
from gbench.testing.networks import networks_of
from gbench_models.laplacian_pyramid import (
    LaplacianPyramid,
    Pyramid,
    PyramidDiscriminator,
    PyramidGenerator,
    expand,
)

SIZES = {8: (4, 8), 16: (8, 16), 28: (14, 28), 32: (8, 16, 32), 64: (8, 16, 32, 64)}


def small(**options: object) -> LaplacianPyramid:
    chosen = {"latents": 6, "units": 20, "discriminator_units": 10, "width": 4, **options}
    return LaplacianPyramid(**chosen)  # type: ignore[arg-type]


def pair(shape: tuple[int, int, int]) -> tuple[PyramidGenerator, PyramidDiscriminator]:
    torch.manual_seed(0)
    networks = networks_of(small(coarsest=4), shape)
    generator, discriminator = networks["generator"].eval(), networks["discriminator"].eval()
    assert isinstance(generator, PyramidGenerator)
    assert isinstance(discriminator, PyramidDiscriminator)
    return generator, discriminator


def latents(model: LaplacianPyramid, count: int) -> torch.Tensor:
    return model.draw(Streams([1], torch.device("cpu")), "latent", count)[0]


def pyramid(side: int, channels: int = 2, coarsest: int = 8) -> Pyramid:
    return small(coarsest=coarsest).pyramid((channels, side, side))


@pytest.mark.parametrize("side", SIZES)
def test_the_levels_are_octaves_down_to_the_papers_8_pixels_or_one_below(side: int) -> None:
    assert [shape[1:] for shape in pyramid(side).shapes] == [(size, size) for size in SIZES[side]]


@pytest.mark.parametrize("side", SIZES)
def test_the_pyramid_is_exactly_invertible(side: int) -> None:
    images = 2 * torch.rand(4, 2, side, side) - 1
    found = pyramid(side)
    bands = found.split(images)[:, 0]
    torch.testing.assert_close(found.merge(bands), images, rtol=0, atol=1e-6)


def test_expanding_is_bilinear_between_the_middles_of_pixels() -> None:
    row = torch.tensor([0.0, 4.0, 4.0]).expand(1, 1, 3, 3)
    assert expand(row)[0, 0, 2].tolist() == [0, 1, 3, 4, 4, 4]


def test_a_level_against_a_direct_computation() -> None:
    """Means of 2×2 pixels below, their expansion as low-pass, and what is left as band-pass."""
    images = torch.randn(3, 2, 16, 16)
    bands, low = pyramid(16, coarsest=4).split(images).unbind(1)
    means = [images]
    for _ in range(2):
        side = means[-1].shape[-1] // 2
        means.append(means[-1].view(3, 2, side, 2, side, 2).mean((3, 5)))
    expected = [torch.zeros(3, 2, 4, 4), expand(means[2]), expand(means[1])]
    for level, (image, below) in enumerate(zip(means[::-1], expected, strict=True)):
        size = image[0].numel()
        torch.testing.assert_close(low[:, level, :size], below.flatten(1))
        torch.testing.assert_close(bands[:, level, :size], (image - below).flatten(1))
        assert not bands[:, level, size:].any()
        assert not low[:, level, size:].any()


def test_the_networks_have_the_parameters_of_the_papers_layers() -> None:
    """CIFAR-10 at 32×32: dense nets of 1200 and 600 units at 8×8, convolutions as in the authors' code."""
    networks = networks_of(LaplacianPyramid(), (3, 32, 32))
    dense = 101 * 1200 + 1201 * 1200 + 1201 * 192
    band = (4 * 49 + 1) * 128 + (128 * 49 + 1) * 128 + (128 * 25 + 1) * 3
    assert sum(p.numel() for p in networks["generator"].parameters()) == dense + 2 * band
    judge = 193 * 600 + 601 * 600 + 601
    convolutions = (3 * 25 + 1) * 128 + (128 * 25 + 1) * 128
    heads = 128 * 4**2 + 1 + 128 * 12**2 + 1
    discriminator = sum(p.numel() for p in networks["discriminator"].parameters())
    assert discriminator == judge + 2 * convolutions + heads


def test_dense_networks_start_at_the_authors_standard_deviations() -> None:
    networks = networks_of(LaplacianPyramid(), (3, 32, 32))
    for network, std in (
        (networks["generator"].coarsest, 0.05),
        (networks["discriminator"].levels[0], 0.005),
    ):
        for layer in network.modules():
            if isinstance(layer, nn.Linear):
                assert layer.weight.std().item() == pytest.approx(std, rel=0.1)
                assert not layer.bias.any()


def test_half_of_the_discriminators_hidden_units_are_dropped() -> None:
    networks = networks_of(LaplacianPyramid(), (3, 32, 32))
    for network, count in (("generator", 0), ("discriminator", 2 + 1 + 1)):
        dropped = [part.p for part in networks[network].modules() if isinstance(part, Dropout)]
        assert dropped == [0.5] * count


def test_a_sample_runs_the_pyramid_from_the_top() -> None:
    model = small(coarsest=4)
    generator = networks_of(model, (2, 16, 16))["generator"]
    latent = latents(model, 3)
    z, first, second = latent[:, :6], latent[:, 6:70], latent[:, 70:]
    image = generator.coarsest(z)
    for network, plane, side in zip(generator.finer, (first, second), (8, 16), strict=True):
        below = F.interpolate(image, scale_factor=2.0, mode="bilinear")
        image = below + network(torch.cat([below, plane.view(3, 1, side, side)], 1))
    torch.testing.assert_close(generator(latent), image)


def test_a_generator_that_is_told_the_low_pass_images_answers_with_band_pass_ones() -> None:
    model = small(coarsest=4)
    generator = networks_of(model, (2, 16, 16))["generator"]
    latent, images = latents(model, 3), torch.randn(3, 2, 16, 16)
    levels = model.pyramid((2, 16, 16))
    low = levels.split(images)[:, 1]
    bands, below = (levels.images(rows) for rows in (generator(latent, low), low))
    expected = generator.finer[0](torch.cat([below[1], latent[:, 6:70].view(3, 1, 8, 8)], 1))
    torch.testing.assert_close(bands[1], expected)
    torch.testing.assert_close(bands[0], generator.coarsest(latent[:, :6]))


def test_each_discriminator_judges_the_image_at_its_size() -> None:
    _, discriminator = pair((2, 16, 16))
    images = torch.randn(3, 2, 16, 16)
    scores = discriminator(*discriminator.pyramid.split(images).unbind(1))
    sizes = [F.avg_pool2d(images, 4), F.avg_pool2d(images, 2), images]
    expected = [level(seen) for level, seen in zip(discriminator.levels, sizes, strict=True)]
    torch.testing.assert_close(scores, torch.stack(expected, 1))
    torch.testing.assert_close(discriminator(images), scores.sum(1))
    heads = [level.head.in_features for level in discriminator.levels]
    parts = discriminator.features(images).split(heads, 1)
    scored = [level.head(part) for level, part in zip(discriminator.levels, parts, strict=True)]
    torch.testing.assert_close(torch.cat(scored, 1), scores)


@pytest.mark.parametrize("downsampling", ["stride", "average-pool", "max-pool"])
@pytest.mark.parametrize("side", [8, 10, 12, 18])
def test_levels_of_any_size_are_judged(side: int, downsampling: str) -> None:
    """Below 9 pixels two 5×5 kernels, the second with a stride, need padding."""
    networks = networks_of(small(downsampling=downsampling), (1, side, side))
    assert networks["discriminator"](torch.randn(2, 1, side, side)).shape == (2,)


@pytest.mark.parametrize("shape", [(2,), (1, 9, 11), (1, 6, 6)], ids=str)
def test_sizes_that_cannot_be_halved_are_refused(shape: tuple[int, ...]) -> None:
    size = "×".join(map(str, shape))
    message = (
        f"model laplacian-pyramid makes images of even height and width, at least 8×8 pixels, not {size}"
    )
    with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
        networks_of(small(), shape)
