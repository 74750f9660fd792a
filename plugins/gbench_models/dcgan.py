"""DCGAN: strided convolutions, batch normalisation, ReLU against leaky ReLU; any size from 8×8 up."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor, nn

from gbench.api import Model, UserError, option
from gbench_models._parts import ACTIVATIONS, OUTPUTS, Discriminator, norm


@dataclass(kw_only=True)
class Dcgan(Model):
    """Radford et al.'s pair of networks, scaled to the image.

    The image is halved (rounding up) until its shorter side is 4, at least twice: 64 → 4 in four
    levels as in the paper, 32 → 4 in three, 8 → 2 in two. Channels double with each level, from
    `width` next to the image, up to 8 × `width`. As in the paper there is no normalisation at
    the generator's output and the discriminator's input, and weights start at N(0, 0.02²).
    """

    paper: ClassVar[str] = (
        "Radford et al. 2016, Unsupervised representation learning with deep convolutional "
        "generative adversarial networks, arXiv:1511.06434"
    )
    traits: ClassVar[tuple[str, ...]] = ("image",)

    latents: int = option(100, "size of the latent vector (Radford et al. 2016)", ge=1)
    latent: Literal["normal", "uniform"] = option(
        "uniform", "law of the latents (Radford et al. 2016: uniform)"
    )
    width: int = option(64, "channels next to the image (the paper's 128 is for 64×64 images)", ge=1)
    discriminator_width: int | None = option(None, "the discriminator's; by default the generator's", ge=1)
    generator_norm: Literal["none", "batch", "layer"] = option("batch", "normalisation in the generator")
    discriminator_norm: Literal["none", "batch", "layer"] = option(
        "batch", "normalisation in the discriminator"
    )
    activation: Literal["relu", "leaky-relu", "gelu"] = option("relu", "activation of the generator")
    output: Literal["tanh", "sigmoid", "linear"] = option("tanh", "the generator's last activation")

    def networks(self, shape: tuple[int, ...], classes: int | None) -> dict[str, nn.Module]:
        if len(shape) != 3 or min(shape[1:]) < 8:
            size = "×".join(map(str, shape))
            raise UserError(
                f"model dcgan makes images of at least 8×8 pixels, not {size}; model mlp takes any shape"
            )
        generator, discriminator = self._generator(shape), self._discriminator(shape)
        generator.apply(initialise)
        discriminator.apply(initialise)
        return {"generator": generator, "discriminator": discriminator}

    def _generator(self, shape: tuple[int, ...]) -> nn.Module:
        sizes = pyramid(shape[1], shape[2])
        widths = [min(2**level, 8) * self.width for level in range(len(sizes) - 1)]
        top, (height, width) = widths[-1], sizes[-1]
        layers: list[nn.Module] = [
            nn.Linear(self.latents, top * height * width),
            nn.Unflatten(1, (top, height, width)),
            *norm(self.generator_norm, top, image=True),
            ACTIVATIONS[self.activation](),
        ]
        for level in range(len(widths) - 1, 0, -1):
            layers += [
                Double(widths[level], widths[level - 1], sizes[level]),
                *norm(self.generator_norm, widths[level - 1], image=True),
                ACTIVATIONS[self.activation](),
            ]
        return nn.Sequential(*layers, Double(widths[0], shape[0], sizes[0]), OUTPUTS[self.output]())

    def _discriminator(self, shape: tuple[int, ...]) -> nn.Module:
        sizes = pyramid(shape[1], shape[2])
        base = self.discriminator_width or self.width
        layers: list[nn.Module] = []
        channels = shape[0]
        for level in range(len(sizes) - 1):
            out = min(2**level, 8) * base
            layers.append(nn.Conv2d(channels, out, 4, stride=2, padding=1))
            layers += norm(self.discriminator_norm, out, image=True) if level else []
            layers.append(nn.LeakyReLU(0.2))
            channels = out
        levels = len(sizes) - 1
        flat = channels * (shape[1] >> levels) * (shape[2] >> levels)
        return Discriminator(nn.Sequential(*layers, nn.Flatten()), nn.Linear(flat, 1))


class Double(nn.Module):
    """A transposed convolution, kernel 4 and stride 2, to twice the size or one less."""

    def __init__(self, inputs: int, outputs: int, size: tuple[int, int]):
        super().__init__()
        self.size = size
        self.convolution = nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1)

    def forward(self, images: Tensor) -> Tensor:
        return self.convolution(images)[..., : self.size[0], : self.size[1]]


def pyramid(height: int, width: int) -> list[tuple[int, int]]:
    """Sizes from the image down, each half of the one before, rounded up.

    >>> pyramid(28, 28)
    [(28, 28), (14, 14), (7, 7), (4, 4)]
    >>> pyramid(8, 8)
    [(8, 8), (4, 4), (2, 2)]
    """
    sizes = [(height, width)]
    while min(sizes[-1]) > 4 or len(sizes) < 3:
        sizes.append((-(-sizes[-1][0] // 2), -(-sizes[-1][1] // 2)))
    return sizes


def initialise(layer: nn.Module) -> None:
    """Radford et al. 2016, section 4: N(0, 0.02²); scales of normalisation layers N(1, 0.02²)."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(layer.weight, 0.0, 0.02)
    elif isinstance(layer, nn.BatchNorm2d | nn.GroupNorm):
        nn.init.normal_(layer.weight, 1.0, 0.02)
    bias = getattr(layer, "bias", None)
    if isinstance(bias, nn.Parameter):
        nn.init.zeros_(bias)
