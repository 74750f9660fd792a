"""The convolutional pair of lectures and of Rashid's book: kernel 8, stride 2, GELU, batch normalisation."""

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Literal

from torch import nn

from gbench.api import Blueprint, option
from gbench_models._image import ImageModel
from gbench_models._parts import Discriminator, Transposed, activation, halved, halving, norm, pyramid


@dataclass(kw_only=True)
class LectureConv(ImageModel):
    """Three convolutions of 256 channels and no padding, with a narrow waist of 3 channels.

    generator       dense, 3 × 11 × 11 → 28 → 62 → 128 by transposed convolutions, batch normalisation after
                    each, the image included, GELU, and a sigmoid at the end
    discriminator   128 → 61 → 27 → 3 × 10 × 10, batch normalisation after all but the last, GELU, dense

    Both reshape with a layer called View there. That is for 128×128; the same holds down to 50×50. Smaller
    images have no room for three kernels of 8: there each level is padded, so that it halves exactly (a
    choice), three times down to 32×32, twice below: 32 → 16 → 8 → 4, 28 → 14 → 7, 8 → 4 → 2.

    Weights start as torch's do. Rashid trains with binary cross-entropy, Adam 1e-4 and a batch of 1.
    """

    paper: ClassVar[str] = "Rashid 2020, Make your first GAN with PyTorch, part 2"

    latents: int = option(100, "size of the latent vector (Rashid 2020)", ge=1)
    latent: Literal["normal", "uniform"] = option("normal", "law of the latents (Rashid 2020: normal)")
    width: int = option(256, "channels of the hidden layers (Rashid 2020)", ge=1)
    waist: int = option(
        3, "channels of the generator's first and the discriminator's last image (Rashid 2020)", ge=1
    )
    activation: Literal["relu", "leaky-relu", "gelu", "elu"] = option("gelu", "activation of the generator")
    discriminator_activation: Literal["relu", "leaky-relu", "gelu", "elu"] = option(
        "gelu", "activation of the discriminator"
    )
    output: Literal["tanh", "sigmoid", "linear"] = option(
        "sigmoid", "the generator's last activation; sigmoid: both networks work on images in [0, 1]"
    )
    kernel: int = option(
        8, "kernel of all convolutions; uneven overlap, a checkerboard, where 2 does not divide it", ge=2
    )

    def generator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        sizes = self._sizes(shape)
        channels = [self.waist, *[self.width] * (len(sizes) - 2), shape[0]]
        layers: list[nn.Module] = [
            nn.Linear(self.latents, self.waist * sizes[0][0] * sizes[0][1]),
            activation(self.activation, self.slope),
            nn.Unflatten(1, (self.waist, *sizes[0])),
        ]
        for level, (before, after) in enumerate(pairwise(sizes)):
            last = level == len(sizes) - 2
            layers += [Transposed(channels[level], channels[level + 1], before, after, self.kernel)]
            layers += self.generator_tail(channels[level + 1]) if not last else []
        return nn.Sequential(*layers, *norm(self.generator_norm, shape[0], image=True), self.outlet())

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        levels = len(self._sizes(shape)) - 1
        channels = [shape[0], *[self.discriminator_channels()] * (levels - 1), self.waist]
        padding = 0 if self._roomy(shape) else None
        layers, (height, width) = self.intake(), shape[1:]
        for level, (inputs, outputs) in enumerate(pairwise(channels)):
            layers += halving(inputs, outputs, self.kernel, self.downsampling, padding)
            layers += self.discriminator_tail(outputs, normalised=level < levels - 1)
            height, width = (halved(size, self.kernel, padding) for size in (height, width))
        return Discriminator(nn.Sequential(*layers, nn.Flatten()), nn.Linear(self.waist * height * width, 1))

    def _roomy(self, shape: tuple[int, ...]) -> bool:
        """Whether three unpadded kernels fit: from 50×50 up for a kernel of 8."""
        return min(shape[1:]) >= 7 * self.kernel - 6

    def _sizes(self, shape: tuple[int, ...]) -> list[tuple[int, int]]:
        """Sizes of the generator's images, from the dense layer's up."""
        if not self._roomy(shape):
            return pyramid(shape[1], shape[2], 3 if min(shape[1:]) >= 32 else 2)[::-1]
        grown = 7 * (self.kernel - 2)  # what three unpadded kernels add to eight times the size
        height, width = (-((grown - size) // 8) for size in shape[1:])
        sizes = [(height, width)]
        for _ in range(2):
            sizes.append((2 * sizes[-1][0] + self.kernel - 2, 2 * sizes[-1][1] + self.kernel - 2))
        return [*sizes, (shape[1], shape[2])]
