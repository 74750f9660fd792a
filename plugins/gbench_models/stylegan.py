"""StyleGAN: a learned constant becomes an image under styles, one for each layer, and noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from gbench.api import Blueprint, Streams, option
from gbench_models._doubling import doubling_sizes
from gbench_models._equalised import (
    EPSILON,
    Blur,
    EqualConv,
    EqualLinear,
    PixelNorm,
    Upsample,
    closing_block,
    down_block,
    widths_of,
)
from gbench_models._parts import Discriminator
from gbench_models._switches import Switches


@dataclass(kw_only=True)
class Stylegan(Switches):
    """Karras et al.'s generator with ProGAN's discriminator; equalised learning rates in both.

        w        MLP of `depth` layers (z / √mean z²), which learns a hundredth as fast
        layer    x ← AdaIN(lrelu(conv(x) + strength · noise + bias), A w)
        AdaIN    y_s (x − μ(x)) / σ(x) + y_b, with μ and σ of each channel of each image

    Two layers for each size, h, 2h, ... up to the image; the first takes a constant where others convolve.
    Images are blurred after they are enlarged and before they are halved. With width 16, images of
    1024×1024 pixels and latents of 512 the generator has the paper's 26.2 million parameters.

    The latent vector holds all that the generator takes from chance, `2 latents + 1 + noise` numbers:

        z1, z2    two latents
        cut       share of the layers, from the lowest, that take w1 as their style; the others take w2
        noise     a normal number for each pixel of each layer

    In training a share `mixing` of the images has a cut at a random layer, drawn for each image (the authors'
    code draws one for each minibatch), the others, and all in evaluation mode, have the style w1 alone.
    Truncation is not used. The authors grow both networks; here they have their full size from the start.
    The constant starts at N(0, 1), as in StyleGAN2, and not at 1: the first AdaIN would divide by the
    deviation of a constant channel, and its gradients would start thousands of times larger.

    The generator's normalisation is no choice, because AdaIN is how a style reaches the image; nothing is
    transposed, so there is no kernel to choose either. `activation` is that of the mapping network too.
    """

    paper: ClassVar[str] = (
        "Karras et al. 2019, A style-based generator architecture for generative adversarial networks, "
        "arXiv:1812.04948"
    )

    roles: ClassVar[tuple[str, ...]] = (
        "generator",
        "discriminator",
        "encoder",
        "pair-discriminator",
        "recogniser",
    )

    latents: int = option(512, "size of each of z and w (Karras et al. 2019)", ge=1)
    depth: int = option(8, "layers of the mapping network (Karras et al. 2019)", ge=1)
    mapping_speed: float = option(
        0.01, "learning rate of the mapping network relative to the others' (Karras et al. 2019)", gt=0
    )
    mixing: float = option(
        0.9, "share of images with two styles in training (Karras et al. 2019)", ge=0, le=1
    )
    width: int = option(16, "channels next to the image; twice as many a level below (16 at 1024×1024)", ge=1)
    most: int = option(512, "channels at most (Karras et al. 2019)", ge=1)
    discriminator_norm: Literal["none", "batch", "layer"] = option(
        "none", "normalisation in the discriminator, after its 3×3 convolutions (Karras et al. 2019: none)"
    )
    activation: Literal["relu", "leaky-relu", "gelu", "elu"] = option(
        "leaky-relu", "activation of the generator (Karras et al. 2019)"
    )
    downsampling: Literal["stride", "average-pool", "max-pool"] = option(
        "average-pool", "how the discriminator halves images: pooling after convolutions, or strided ones"
    )
    dropout: float = option(0.0, "dropout before the discriminator's head", ge=0, lt=1)
    output: Literal["tanh", "sigmoid", "linear"] = option(
        "linear", "the generator's last activation (the authors' code); sigmoid: both networks work on [0, 1]"
    )

    def sizes(self, shape: tuple[int, ...]) -> list[tuple[int, int]]:
        """Height and width of images, from the lowest to the full size."""
        return doubling_sizes(shape, "stylegan")

    def generator(self, blueprint: Blueprint) -> nn.Module:
        sizes = self.sizes(blueprint.shape)
        widths = widths_of(len(sizes), self.width, self.most)
        mapping, synthesis = Mapping(self), Synthesis(self, sizes, widths, blueprint.shape[0])
        return StyleGenerator(mapping, synthesis, self.outlet())

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        sizes = self.sizes(blueprint.shape)
        widths = widths_of(len(sizes), self.discriminator_channels(), self.most)
        return _discriminator(self, sizes, widths, blueprint.shape[0])

    def draw(self, random: Streams, purpose: str, count: int) -> Tensor:
        """`[R, count, 2 latents + 1 + noise]`."""
        first = super().draw(random, purpose, count)
        second = super().draw(random, f"{purpose}/mixed", count)
        noise = random.normal(f"{purpose}/noise", (count, sum(planes(self.sizes(self.shape)))))
        return torch.cat([first, second, self._cut(random, purpose, count), noise], -1)

    def _cut(self, random: Streams, purpose: str, count: int) -> Tensor:
        """`[R, count, 1]`: 1, or such that w1 styles the lowest k of L layers, k from 1 to L − 1."""
        coin, place = random.uniform(f"{purpose}/cut", (count, 2)).split(1, -1)
        layers = 2 * len(self.sizes(self.shape))
        return torch.where(coin < self.mixing, (1 - place) * (layers - 1) / layers, 1.0)


class StyleGenerator(nn.Module):
    """Images from latents `[B, 2 latents + 1 + noise]`."""

    def __init__(self, mapping: "Mapping", synthesis: "Synthesis", output: nn.Module):
        super().__init__()
        self.mapping = mapping
        self.synthesis = synthesis
        self.output = output

    def forward(self, latent: Tensor) -> Tensor:
        size = self.mapping.latents
        first, second, cut, noise = latent.split([size, size, 1, latent.shape[-1] - 2 * size - 1], -1)
        styles = self.styles(first, second, cut) if self.training else self.styles(first)
        return self.output(self.synthesis(styles, noise))

    def styles(self, first: Tensor, second: Tensor | None = None, cut: Tensor | None = None) -> list[Tensor]:
        """w of each layer, `[B, latents]` each: w1 for a share `cut` `[B, 1]` of them, w2 for the rest."""
        layers = len(self.synthesis.layers)
        w1 = self.mapping(first)
        if second is None or cut is None:
            return [w1] * layers
        w2 = self.mapping(second)
        return [torch.where(layer < cut * layers, w1, w2) for layer in range(layers)]


class Mapping(nn.Sequential):
    """z to w, both `[B, latents]`."""

    def __init__(self, model: Stylegan):
        size, layers = model.latents, list[nn.Module]([PixelNorm()])
        for _ in range(model.depth):
            layers += [EqualLinear(size, size, multiplier=model.mapping_speed), model.new_activation()]
        super().__init__(*layers)
        self.latents = size


class Synthesis(nn.Module):
    """Images `[B, channels, H, W]` from the layers' styles and their noise `[B, noise]`."""

    def __init__(
        self, model: Stylegan, sizes: Sequence[tuple[int, int]], widths: Sequence[int], channels: int
    ):
        super().__init__()
        self.sizes = [size for size in sizes for _ in range(2)]
        self.constant = nn.Parameter(torch.randn(widths[0], *sizes[0]))
        lowest = [StyledLayer(model, nn.Identity(), widths[0]), _plain(model, widths[0])]
        levels = [
            layer
            for wide, narrow in pairwise(widths)
            for layer in (_enlarging(model, wide, narrow), _plain(model, narrow))
        ]
        self.layers = nn.ModuleList(lowest + levels)
        self.rgb = EqualConv(widths[-1], channels, 1, gain=1)

    def forward(self, styles: Sequence[Tensor], noise: Tensor) -> Tensor:
        x = self.constant.expand(len(noise), *self.constant.shape)
        planes = noise.split([height * width for height, width in self.sizes], -1)
        for layer, w, plane, size in zip(self.layers, styles, planes, self.sizes, strict=True):
            x = layer(x, w, plane.unflatten(-1, (1, *size)))
        return self.rgb(x)


class StyledLayer(nn.Module):
    """What `convolve` makes of the image, with noise, under a style. The noise's strength starts at 0."""

    def __init__(self, model: Stylegan, convolve: nn.Module, width: int):
        super().__init__()
        self.convolve = convolve
        self.strength = nn.Parameter(torch.zeros(width, 1, 1))
        self.bias = nn.Parameter(torch.zeros(width, 1, 1))
        self.activation = model.new_activation()
        self.adapt = AdaIN(model.latents, width)

    def forward(self, x: Tensor, w: Tensor, noise: Tensor) -> Tensor:
        x = self.convolve(x) + self.strength * noise + self.bias
        return self.adapt(self.activation(x), w)


class AdaIN(nn.Module):
    """Each channel of each image gets the style's mean y_b and standard deviation |y_s| (eq. 1)."""

    def __init__(self, latents: int, width: int):
        super().__init__()
        self.style = EqualLinear(latents, 2 * width, gain=1)
        nn.init.ones_(self.style.bias[:width])

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        scale, shift = self.style(w)[..., None, None].chunk(2, 1)
        centered = x - x.mean((2, 3), keepdim=True)
        return scale * centered * (centered.square().mean((2, 3), keepdim=True) + EPSILON).rsqrt() + shift


def planes(sizes: Sequence[tuple[int, int]]) -> list[int]:
    """Numbers of noise for each layer, two layers for each size.

    >>> planes([(4, 4), (8, 8)])
    [16, 16, 64, 64]
    """
    return [height * width for height, width in sizes for _ in range(2)]


def _plain(model: Stylegan, width: int) -> StyledLayer:
    return StyledLayer(model, EqualConv(width, width, 3, bias=False), width)


def _enlarging(model: Stylegan, wide: int, narrow: int) -> StyledLayer:
    convolve = nn.Sequential(Upsample(), EqualConv(wide, narrow, 3, bias=False), Blur())
    return StyledLayer(model, convolve, narrow)


def _discriminator(
    model: Stylegan, sizes: Sequence[tuple[int, int]], widths: Sequence[int], channels: int
) -> Discriminator:
    blocks = [down_block(model, narrow, wide, blurred=True) for narrow, wide in pairwise(reversed(widths))]
    features = nn.Sequential(
        *model.intake(),
        EqualConv(channels, widths[-1], 1),
        model.new_discriminator_activation(),
        *blocks,
        closing_block(model, widths[0], sizes[0]),
    )
    return Discriminator(features, EqualLinear(widths[0], 1, gain=1))
