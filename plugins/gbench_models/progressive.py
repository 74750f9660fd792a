"""Progressive growing: both networks start at 4×4 pixels, and a finer level is faded in at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from gbench.api import Blueprint, Replicas, option
from gbench_models._doubling import doubling_sizes
from gbench_models._equalised import (
    EqualConv,
    EqualLinear,
    PixelNorm,
    closing_block,
    down_block,
    pool,
    upsample,
    widths_of,
)
from gbench_models._parts import norm
from gbench_models._switches import Switches


@dataclass(kw_only=True)
class Progressive(Switches):
    """ProGAN: levels of sizes h, 2h, ... up to the image, with h ≥ 4 as small as halving gives.

    Training stabilises the lowest level, then fades each further level in and stabilises it. While level l
    fades in, with α from 0 to 1,

        image    (1 − α) up(rgb_{l−1}) + α rgb_l
        scores   of features (1 − α) from_rgb_{l−1}(down x) + α block_l(from_rgb_l(x))

    and real samples are shown at that level, blended likewise with their own half-size versions, as in the
    authors' code. All images have the full size: those of a lower level have their pixels repeated, and the
    discriminator averages them back. So a gradient penalty takes its norm over the full-size image, as the
    authors' does.

    Equalised learning rates, pixel norm in the generator (of the latents too), minibatch standard deviation
    at the discriminator's lowest level. With width 16 and 1024×1024 images both networks have the
    23.1 million parameters of table 2.

    The paper's baseline, table 1, has batch normalisation in the generator and layer normalisation in the
    discriminator. Latents are normalised always. Nothing is transposed, so there is no kernel to choose.

    The authors reset Adam's moments at each new level. Here they go on: weights that were not used so far
    have no moments, and their first steps, while α is small, are up to 1/√(1 − β2) times as large as later
    ones.
    """

    paper: ClassVar[str] = (
        "Karras et al. 2018, Progressive growing of GANs for improved quality, stability, and variation, "
        "arXiv:1710.10196"
    )

    latents: int = option(512, "size of the latent vector (Karras et al. 2018)", ge=1)
    width: int = option(16, "channels next to the image; twice as many a level below (16 at 1024×1024)", ge=1)
    most: int = option(512, "channels at most (Karras et al. 2018)", ge=1)
    generator_norm: Literal["none", "batch", "layer", "pixel"] = option(
        "pixel", "normalisation in the generator (Karras et al. 2018: of each pixel, after the activation)"
    )
    discriminator_norm: Literal["none", "batch", "layer"] = option(
        "none", "normalisation in the discriminator, after its 3×3 convolutions (Karras et al. 2018: none)"
    )
    activation: Literal["relu", "leaky-relu", "gelu", "elu"] = option(
        "leaky-relu", "activation of the generator (Karras et al. 2018)"
    )
    downsampling: Literal["stride", "average-pool", "max-pool"] = option(
        "average-pool", "how the discriminator halves images: pooling after convolutions, or strided ones"
    )
    dropout: float = option(0.0, "dropout before the discriminator's head", ge=0, lt=1)
    fade: float = option(1.0, "length of a fade; a phase that stabilises has 1 (Karras et al. 2018)", ge=0)
    last: float = option(
        1.0, "length of the last phase, at the full size (the paper's depends on the data)", gt=0
    )
    output: Literal["tanh", "sigmoid", "linear"] = option(
        "linear",
        "the generator's last activation (Karras et al. 2018); sigmoid: both networks work on [0, 1]",
    )
    progress: float = field(default=1.0, init=False, repr=False, compare=False)

    def generator(self, blueprint: Blueprint) -> nn.Module:
        sizes = doubling_sizes(blueprint.shape, "progressive")
        widths = widths_of(len(sizes), self.width, self.most)
        return GrowingGenerator(self, sizes[0], widths, blueprint.shape[0])

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        sizes = doubling_sizes(blueprint.shape, "progressive")
        widths = widths_of(len(sizes), self.discriminator_channels(), self.most)
        return GrowingDiscriminator(self, sizes[0], widths, blueprint.shape[0])

    def generator_tail(self, channels: int) -> list[nn.Module]:
        """What follows a hidden layer of the generator."""
        if self.generator_norm == "pixel":
            return [self.new_activation(), PixelNorm()]
        return [*norm(self.generator_norm, channels, image=True), self.new_activation()]

    def grow(self, networks: dict[str, Replicas], progress: float) -> None:
        self.progress = progress
        for network in networks.values():
            for part in network.module.modules():
                if isinstance(part, Growing):
                    part.level, part.alpha = moment(progress, part.levels, self.fade, self.last)

    def shown(self, real: Tensor) -> Tensor:
        levels = len(doubling_sizes(tuple(real.shape[2:]), "progressive"))
        level, alpha = moment(self.progress, levels, self.fade, self.last)
        factor = 2 ** (levels - 1 - level)
        images = pool(real.flatten(0, 1), factor)
        if alpha < 1:
            images = torch.lerp(upsample(pool(images)), images, alpha)
        return upsample(images, factor).view_as(real)


class Growing(nn.Module):
    """A network of several levels, of which those up to `level` are in use; `alpha` of 1: wholly."""

    def __init__(self, levels: int):
        super().__init__()
        self.levels = levels
        self.level = levels - 1
        self.alpha = 1.0


class GrowingGenerator(Growing):
    """Latents `[B, latents]` to images `[B, channels, H, W]`.

    widths: channels of each level, from the lowest, of `size` pixels, up.
    """

    def __init__(self, model: Progressive, size: tuple[int, int], widths: Sequence[int], channels: int):
        super().__init__(len(widths))
        lowest = widths[0]
        self.start = nn.Sequential(
            PixelNorm(),
            EqualLinear(model.latents, lowest * size[0] * size[1]),
            nn.Unflatten(1, (lowest, *size)),
            *model.generator_tail(lowest),
            *_convolution(model, lowest, lowest),
        )
        self.blocks = nn.ModuleList(
            nn.Sequential(*_convolution(model, wide, narrow), *_convolution(model, narrow, narrow))
            for wide, narrow in pairwise(widths)
        )
        self.rgb = nn.ModuleList(EqualConv(width, channels, 1, gain=1) for width in widths)
        self.output = model.outlet()

    def forward(self, latent: Tensor) -> Tensor:
        coarse = fine = self.start(latent)
        for block in self.blocks[: self.level]:
            coarse, fine = fine, block(upsample(fine))
        images = self.rgb[self.level](fine)
        if self.alpha < 1:
            images = torch.lerp(upsample(self.rgb[self.level - 1](coarse)), images, self.alpha)
        return upsample(self.output(images), 2 ** (self.levels - 1 - self.level))


class GrowingDiscriminator(Growing):
    """Scores `[B]` of images: a linear head on features `[B, widths[0]]`."""

    def __init__(self, model: Progressive, size: tuple[int, int], widths: Sequence[int], channels: int):
        super().__init__(len(widths))
        self.intake = nn.Sequential(*model.intake())
        self.rgb = nn.ModuleList(
            nn.Sequential(EqualConv(channels, width, 1), model.new_discriminator_activation())
            for width in widths
        )
        self.blocks = nn.ModuleList(down_block(model, narrow, wide) for wide, narrow in pairwise(widths))
        self.closing = closing_block(model, widths[0], size)
        self.head = EqualLinear(widths[0], 1, gain=1)

    def features(self, samples: Tensor) -> Tensor:
        images, factor = self.intake(samples), 2 ** (self.levels - 1 - self.level)
        x = self.rgb[self.level](pool(images, factor))
        for level in range(self.level, 0, -1):
            x = self.blocks[level - 1](x)
            if level == self.level and self.alpha < 1:
                x = torch.lerp(self.rgb[level - 1](pool(images, 2 * factor)), x, self.alpha)
        return self.closing(x)

    def forward(self, samples: Tensor) -> Tensor:
        return self.head(self.features(samples)).squeeze(-1)


def moment(progress: float, levels: int, fade: float = 1.0, last: float = 1.0) -> tuple[int, float]:
    """The level in use and its α, when this share of the budget is done.

    >>> [moment(progress, 2) for progress in (0.0, 0.3, 0.5, 0.7, 1.0)]
    [(0, 1.0), (0, 1.0), (1, 0.5), (1, 1.0), (1, 1.0)]
    """
    position = progress * (levels - 1 + (levels - 1) * fade + last)
    for level in range(levels - 1):
        if position < 1:
            return level, 1.0
        if position < 1 + fade:
            return level + 1, (position - 1) / fade
        position -= 1 + fade
    return levels - 1, 1.0


def _convolution(model: Progressive, inputs: int, outputs: int) -> list[nn.Module]:
    return [EqualConv(inputs, outputs, 3), *model.generator_tail(outputs)]
