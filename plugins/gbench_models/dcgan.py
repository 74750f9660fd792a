"""DCGAN: strided convolutions, batch normalisation, ReLU against leaky ReLU; any size from 8×8 up."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import nn

from gbench.api import Blueprint, option
from gbench_models._image import ImageModel
from gbench_models._parts import Discriminator, Transposed, halved, halving, pyramid
from gbench_models._translators import bottleneck_translator


@dataclass(kw_only=True)
class Dcgan(ImageModel):
    """Radford et al.'s pair of networks, scaled to the image.

    The image is halved (rounding up) until its shorter side is 4, at least twice: 64 → 4 in four
    levels as in the paper, 32 → 4 in three, 8 → 2 in two. Channels double with each level, from
    `width` next to the image, up to 8 × `width`. As in the paper there is no normalisation at
    the generator's output and the discriminator's input, and weights start at N(0, 0.02²).

    The kernel is 4, as in the authors' PyTorch port and most code since; the paper's figure has 5.
    """

    paper: ClassVar[str] = (
        "Radford et al. 2016, Unsupervised representation learning with deep convolutional "
        "generative adversarial networks, arXiv:1511.06434"
    )

    roles: ClassVar[tuple[str, ...]] = (
        "generator",
        "discriminator",
        "encoder",
        "pair-discriminator",
        "recogniser",
        "decoder",
        "vector-discriminator",
        "translator",
        "mapper",
    )

    latents: int = option(100, "size of the latent vector (Radford et al. 2016)", ge=1)
    latent: Literal["normal", "uniform"] = option(
        "uniform", "law of the latents (Radford et al. 2016: uniform)"
    )
    width: int = option(64, "channels next to the image (the paper's 128 is for 64×64 images)", ge=1)
    kernel: int = option(
        4, "kernel of all convolutions; uneven overlap, a checkerboard, where 2 does not divide it", ge=2
    )

    def generator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        sizes = pyramid(shape[1], shape[2], levels(shape))
        widths = [min(2**level, 8) * self.width for level in range(len(sizes) - 1)]
        top, (height, width) = widths[-1], sizes[-1]
        layers: list[nn.Module] = [
            nn.Linear(self.latents, top * height * width),
            nn.Unflatten(1, (top, height, width)),
            *self.generator_tail(top),
        ]
        for level in range(len(widths) - 1, 0, -1):
            layers += [
                Transposed(widths[level], widths[level - 1], sizes[level + 1], sizes[level], self.kernel),
                *self.generator_tail(widths[level - 1]),
            ]
        last = Transposed(widths[0], shape[0], sizes[1], sizes[0], self.kernel)
        return nn.Sequential(*layers, last, self.outlet())

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        layers = self.intake()
        channels, height, width = shape
        for level in range(levels(shape)):
            out = min(2**level, 8) * self.discriminator_channels()
            layers += halving(channels, out, self.kernel, self.downsampling)
            layers += self.discriminator_tail(out, normalised=level > 0)
            channels, height, width = out, halved(height, self.kernel), halved(width, self.kernel)
        return Discriminator(nn.Sequential(*layers, nn.Flatten()), nn.Linear(channels * height * width, 1))

    def translator(self, blueprint: Blueprint) -> nn.Module:
        return bottleneck_translator(
            blueprint, self.width, self.kernel, levels(blueprint.shape), self.outlet()
        )

    def initialise(self, layer: nn.Module) -> None:
        """Radford et al. 2016, section 4: N(0, 0.02²); scales of normalisation layers N(1, 0.02²)."""
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(layer.weight, 0.0, 0.02)
        elif isinstance(layer, nn.BatchNorm2d | nn.GroupNorm):
            nn.init.normal_(layer.weight, 1.0, 0.02)
        bias = getattr(layer, "bias", None)
        if isinstance(bias, nn.Parameter):
            nn.init.zeros_(bias)


def levels(shape: tuple[int, ...]) -> int:
    """How often an image is halved, rounded up, until its shorter side is 4; at least twice.

    >>> levels((3, 64, 64)), levels((1, 28, 28)), levels((1, 8, 8))
    (4, 3, 2)
    """
    return max(2, (min(shape[1:]) - 1).bit_length() - 2)
