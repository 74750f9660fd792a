"""Residual blocks of generators and discriminators, as SNGAN, SAGAN and BigGAN have them.

Convolutions are 3×3, in the shortcut 1×1, and start as SNGAN's: Xavier's uniform law, with gain √2 in the
branch and 1 in the shortcut.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import torch.nn.functional as F
from torch import Tensor, nn

from gbench.api import option
from gbench_models._image import ImageModel
from gbench_models._parts import Downsampling, activation, norm, pooling, xavier

Layer = Callable[[], nn.Module]
Normalisation = Callable[[int], nn.Module]  # of so many channels


def conv3(inputs: int, outputs: int, stride: int = 1, gain: float = 1.0) -> nn.Conv2d:
    """A 3×3 convolution that keeps the size, or halves it, rounded up."""
    return xavier(nn.Conv2d(inputs, outputs, 3, stride, padding=1), gain)


def double(images: Tensor, size: tuple[int, int]) -> Tensor:
    """Nearest neighbours at twice the size, the last row or column cut off where `size` is odd."""
    return F.interpolate(images, scale_factor=2.0, mode="nearest")[..., : size[0], : size[1]]


class UpBlock(nn.Module):
    """x ↦ conv(act(norm(conv(↑ act(norm(x)))))) + ↑ conv₁(x), twice the size (Miyato et al. 2018, figure 8).

    size: height and width of the result, at most twice those of x.
    norm: makes a normalisation layer for a number of channels. Whatever `forward` gets beside the
    images, such as an embedded class, it passes on to both normalisation layers.
    """

    def __init__(
        self, inputs: int, outputs: int, size: tuple[int, int], norm: Normalisation, activation: Layer
    ):
        super().__init__()
        self.size = size
        self.norms = nn.ModuleList([norm(inputs), norm(outputs)])
        self.activation = activation()
        self.convolutions = nn.ModuleList(
            [conv3(inputs, outputs, gain=math.sqrt(2)), conv3(outputs, outputs, gain=math.sqrt(2))]
        )
        self.shortcut = xavier(nn.Conv2d(inputs, outputs, 1))

    def forward(self, images: Tensor, *condition: Tensor) -> Tensor:
        hidden = double(self.activation(self.norms[0](images, *condition)), self.size)
        hidden = self.convolutions[0](hidden)
        hidden = self.convolutions[1](self.activation(self.norms[1](hidden, *condition)))
        return hidden + double(self.shortcut(images), self.size)


class DownBlock(nn.Module):
    """x ↦ ↓ conv(act(conv(act(x)))) + ↓ conv₁(x), with a normalisation before each activation, if any.

    down: how the size is halved (rounded up), or None where it is kept.
    first: the block next to the image, which has no activation before its first convolution
    (Miyato et al.'s `OptimizedBlock`).
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        norm: Normalisation,
        activation: Layer,
        down: Downsampling | None = "average-pool",
        first: bool = False,
    ):
        super().__init__()
        stride = 2 if down == "stride" else 1
        self.branch = nn.Sequential(
            *([] if first else [norm(inputs), activation()]),
            conv3(inputs, outputs, gain=math.sqrt(2)),
            norm(outputs),
            activation(),
            conv3(outputs, outputs, stride, gain=math.sqrt(2)),
        )
        self.pool = pooling(down) if down in ("average-pool", "max-pool") else nn.Identity()
        changes = down is not None or inputs != outputs
        self.shortcut = xavier(nn.Conv2d(inputs, outputs, 1, stride)) if changes else nn.Identity()

    def forward(self, images: Tensor) -> Tensor:
        return self.pool(self.branch(images)) + self.pool(self.shortcut(images))


@dataclass(kw_only=True)
class ResidualModel(ImageModel):
    """A pair made of such blocks, with SNGAN's defaults."""

    latents: int = option(128, "size of the latent vector (Miyato et al. 2018, table 4)", ge=1)
    latent: Literal["normal", "uniform"] = option(
        "normal", "law of the latents (Miyato et al. 2018, table 4: normal)"
    )
    discriminator_norm: Literal["none", "batch", "layer"] = option(
        "none", "normalisation in the discriminator (the papers': spectral, a regularizer)"
    )
    discriminator_activation: Literal["relu", "leaky-relu", "gelu", "elu"] = option(
        "relu", "activation of the discriminator"
    )
    downsampling: Literal["stride", "average-pool", "max-pool"] = option(
        "average-pool", "how the discriminator halves images: pooling after convolutions, or strided ones"
    )
    dropout: float = option(0.0, "dropout before the discriminator's head", ge=0, lt=1)

    def up(self, inputs: int, outputs: int, size: tuple[int, int]) -> UpBlock:
        return UpBlock(inputs, outputs, size, normalisation(self.generator_norm), self._lit(self.activation))

    def down(self, inputs: int, outputs: int, kept: bool = False, first: bool = False) -> DownBlock:
        """kept: the size is."""
        down = None if kept else self.downsampling
        lit = self._lit(self.discriminator_activation)
        return DownBlock(inputs, outputs, normalisation(self.discriminator_norm), lit, down, first)

    def _lit(self, kind: str) -> Layer:
        return partial(activation, kind, self.slope)


def normalisation(kind: str) -> Normalisation:
    """Makes layers that normalise so many channels; `none` makes layers that do nothing."""
    return lambda channels: nn.Sequential(*norm(kind, channels, image=True))


def residual_levels(shape: tuple[int, ...]) -> int:
    """How often an image is halved, rounded up, so that its shorter side stays at least 4.

    >>> residual_levels((3, 128, 128)), residual_levels((3, 32, 32)), residual_levels((1, 28, 28))
    (5, 3, 2)
    """
    return ((min(shape[1:]) - 1) // 7).bit_length()
