"""Layers of the progressive and the style-based GANs: equalised learning rates and what goes with them."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gbench_models._parts import pooling
from gbench_models._switches import Switches

SQRT2 = math.sqrt(2)
EPSILON = 1e-8


class EqualLinear(nn.Linear):
    """y = (m g / √fan_in) W x + m b, with W ~ N(0, 1/m²) and b = 0 at the start.

    He's scale g / √fan_in is a factor at run time, so that an optimizer that ignores the gradient's scale
    moves every layer at the same relative speed; m makes a layer learn m times as fast (Karras et al. 2018,
    section 4.1, and 2019, appendix C).
    """

    def __init__(self, inputs: int, outputs: int, gain: float = SQRT2, multiplier: float = 1.0):
        super().__init__(inputs, outputs)
        self.multiplier = multiplier
        self.scale = multiplier * gain / math.sqrt(inputs)
        nn.init.normal_(self.weight, 0.0, 1 / multiplier)
        nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.scale, self.bias * self.multiplier)


class EqualConv(nn.Conv2d):
    """A convolution that keeps the image's size, or halves it, with its scale g / √fan_in at run time."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        gain: float = SQRT2,
        bias: bool = True,
        stride: int = 1,
    ):
        super().__init__(inputs, outputs, kernel, stride, padding=kernel // 2, bias=bias)
        self.scale = gain / math.sqrt(inputs * kernel**2)
        nn.init.normal_(self.weight)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(self, images: Tensor) -> Tensor:
        return F.conv2d(images, self.weight * self.scale, self.bias, self.stride, self.padding)


class PixelNorm(nn.Module):
    """x / √(mean of x² over the channels), at each pixel of `[B, C, H, W]` or for each vector `[B, C]`."""

    def forward(self, x: Tensor) -> Tensor:
        return x * (x.square().mean(1, keepdim=True) + EPSILON).rsqrt()


class MinibatchDeviation(nn.Module):
    """Appends a channel that holds one number: the standard deviation over the minibatch, averaged.

    The deviation of each feature at each pixel is taken over the whole minibatch, as in the paper; the
    authors' code takes it over groups of four samples.
    """

    def forward(self, images: Tensor) -> Tensor:
        variance = (images - images.mean(0)).square().mean(0)
        deviation = (variance + EPSILON).sqrt().mean()
        return torch.cat([images, deviation.expand_as(images[:, :1])], 1)


class Upsample(nn.Module):
    """Twice the size, each pixel repeated."""

    def forward(self, images: Tensor) -> Tensor:
        return upsample(images)


class Blur(nn.Module):
    """The binomial filter [1 2 1] / 4 along both axes; beyond the border is zero."""

    def forward(self, images: Tensor) -> Tensor:
        x = F.pad(images, (1, 1, 1, 1))
        x = (x[..., :-2, :] + 2 * x[..., 1:-1, :] + x[..., 2:, :]) / 4
        return (x[..., :-2] + 2 * x[..., 1:-1] + x[..., 2:]) / 4


def upsample(images: Tensor, factor: int = 2) -> Tensor:
    """Each pixel repeated `factor` times along both axes."""
    return F.interpolate(images, scale_factor=float(factor)) if factor > 1 else images


def pool(images: Tensor, factor: int = 2) -> Tensor:
    """The mean of every `factor` × `factor` pixels."""
    return F.avg_pool2d(images, factor) if factor > 1 else images


def down_block(model: Switches, inputs: int, outputs: int, blurred: bool = False) -> nn.Sequential:
    """A level of the discriminator: two convolutions, then half the size, or the second of stride 2.

    blurred: before the size is halved, either way.
    """
    strided, blur = model.downsampling == "stride", [Blur()] if blurred else []
    first, second = EqualConv(inputs, inputs, 3), EqualConv(inputs, outputs, 3, stride=2 if strided else 1)
    return nn.Sequential(
        first,
        *model.discriminator_tail(inputs, dropped=False),
        *([*blur, second] if strided else [second, *blur]),
        *model.discriminator_tail(outputs, dropped=False),
        *([] if strided else [pooling(model.downsampling)]),
    )


def closing_block(model: Switches, width: int, size: tuple[int, int]) -> nn.Sequential:
    """The discriminator's lowest level: features `[B, width]` that know how much the minibatch varies."""
    return nn.Sequential(
        MinibatchDeviation(),
        EqualConv(width + 1, width, 3),
        *model.discriminator_tail(width, dropped=False),
        nn.Flatten(),
        EqualLinear(width * size[0] * size[1], width),
        *model.discriminator_tail(width, normalised=False),
    )


def widths_of(levels: int, width: int, most: int) -> list[int]:
    """Channels of each level from the lowest up: `width` at the image's size, twice as many below, to `most`.

    >>> widths_of(9, 16, 512)
    [512, 512, 512, 512, 256, 128, 64, 32, 16]
    """
    return [min(width * 2 ** (levels - 1 - level), most) for level in range(levels)]
