"""The layers of the progressive and the style-based GANs, against their definitions."""

import math

import pytest
import torch

from gbench_models._doubling import doubling_sizes
from gbench_models._equalised import (
    Blur,
    EqualConv,
    EqualLinear,
    MinibatchDeviation,
    PixelNorm,
    pool,
    upsample,
    widths_of,
)


@pytest.mark.parametrize("width", [16, 64, 256])
@pytest.mark.parametrize("multiplier", [1.0, 0.01])
def test_equalised_layers_start_with_unit_variance(width: int, multiplier: float) -> None:
    """With gain g, the variance of Wx is g² whatever the width, for x of variance 1."""
    torch.manual_seed(0)
    linear = EqualLinear(width, 200, gain=1.0, multiplier=multiplier)
    convolution = EqualConv(width, 200, 3, gain=1.0)
    assert linear(torch.randn(200, width)).std().item() == pytest.approx(1, rel=0.05)
    inner = convolution(torch.randn(8, width, 6, 6))[..., 1:-1, 1:-1]
    assert inner.std().item() == pytest.approx(1, rel=0.05)


def test_equalised_layers_scale_at_run_time() -> None:
    """√(2 / fan_in) is He's constant: fan_in 50, and 50·3·3 of a 3×3 convolution."""
    linear, convolution = EqualLinear(50, 1), EqualConv(50, 1, 3)
    with torch.no_grad():
        linear.weight.fill_(1)
        convolution.weight.fill_(1)
    assert linear(torch.ones(1, 50)).item() == pytest.approx(50 * math.sqrt(2 / 50))
    center = convolution(torch.ones(1, 50, 3, 3))[0, 0, 1, 1].item()
    assert center == pytest.approx(450 * math.sqrt(2 / 450), rel=1e-4)


def test_a_multiplier_slows_a_layer_down() -> None:
    """A step of size h along each weight changes Wx by m·h·√(2 / fan_in)·Σx, and b by m·h."""
    linear = EqualLinear(8, 1, multiplier=0.01)
    before = linear(torch.ones(1, 8))
    with torch.no_grad():
        linear.weight.add_(1.0)
        linear.bias.add_(1.0)
    moved = (linear(torch.ones(1, 8)) - before).item()
    assert moved == pytest.approx(0.01 * (8 * math.sqrt(2 / 8) + 1), rel=1e-4)


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 2, 3)])
def test_pixel_norm_leaves_a_mean_square_of_one(shape: tuple[int, ...]) -> None:
    x = 30 * torch.randn(shape)
    torch.testing.assert_close(PixelNorm()(x).square().mean(1), torch.ones(shape[0], *shape[2:]))
    torch.testing.assert_close(PixelNorm()(x), PixelNorm()(4 * x))


def test_minibatch_deviation_of_a_known_batch() -> None:
    """Two features at one pixel: deviations of (1, 3) and (0, 8) are 1 and 4, their mean 2.5."""
    batch = torch.tensor([[1.0, 0.0], [3.0, 8.0]]).view(2, 2, 1, 1)
    found = MinibatchDeviation()(batch)
    torch.testing.assert_close(found[:, :2], batch)
    torch.testing.assert_close(found[:, 2], torch.full((2, 1, 1), 2.5))


def test_minibatch_deviation_of_identical_samples_is_zero() -> None:
    batch = torch.randn(1, 3, 4, 4).expand(6, 3, 4, 4)
    torch.testing.assert_close(MinibatchDeviation()(batch)[:, 3], torch.zeros(6, 4, 4), rtol=0, atol=2e-4)


def test_blur_is_the_binomial_filter() -> None:
    point = torch.zeros(1, 1, 5, 5)
    point[0, 0, 2, 2] = 16
    row = torch.tensor([0.0, 1, 2, 1, 0])
    torch.testing.assert_close(Blur()(point)[0, 0], torch.outer(row, row))


def test_pooling_undoes_doubling() -> None:
    images = torch.randn(2, 3, 4, 6)
    torch.testing.assert_close(pool(upsample(images, 4), 4), images)
    assert torch.equal(upsample(images)[..., ::2, 1::2], images)


def test_channels_are_those_of_progans_table() -> None:
    """Karras et al. 2018, table 2, from 4×4 to 1024×1024."""
    assert widths_of(9, 16, 512) == [512, 512, 512, 512, 256, 128, 64, 32, 16]


@pytest.mark.parametrize(
    ("shape", "wanted", "heights"),
    [
        ((1, 8, 8), 4, [4, 8]),
        ((1, 28, 28), 4, [7, 14, 28]),
        ((3, 64, 64), 4, [4, 8, 16, 32, 64]),
        ((3, 64, 64), 8, [8, 16, 32, 64]),
        ((1, 8, 8), 8, [4, 8]),
        ((1, 24, 40), 4, [6, 12, 24]),
    ],
)
def test_sizes_double_up_to_the_image(shape: tuple[int, ...], wanted: int, heights: list[int]) -> None:
    sizes = doubling_sizes(shape, "any", wanted)
    assert [height for height, _ in sizes] == heights
    assert sizes[-1] == shape[1:]
