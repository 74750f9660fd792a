"""BEGAN: the generator is a decoder, and the discriminator an autoencoder with the same decoder."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import nn

from gbench.api import Model, option
from gbench_models._doubling import doubling_sizes
from gbench_models._equalised import Upsample
from gbench_models._reconstruction import Reconstruction

Sizes = list[tuple[int, int]]


@dataclass(kw_only=True)
class Began(Model):
    """The energy of a sample is its mean absolute error, L(x) = mean |Dec(Enc(x)) − x|, low for real ones.

    Two 3×3 convolutions with ELU for each size. The encoder halves the image by convolutions of stride 2
    and has n, 2n, 3n, ... channels; the decoder has n at every size and doubles it by repeating pixels;
    linear layers lead to and from the code of N_h numbers. The generator has the decoder's shape and
    weights of its own. Images are halved down to 8 pixels as in the paper, at least once: 8×8 images to 4×4.

    The features are the codes. There are no skip connections and no vanishing residuals, which the paper
    calls optional; weights start as torch's do (a choice).
    """

    paper: ClassVar[str] = (
        "Berthelot et al. 2017, BEGAN: Boundary equilibrium generative adversarial networks, arXiv:1703.10717"
    )
    traits: ClassVar[tuple[str, ...]] = ("image",)
    gives: ClassVar[tuple[str, ...]] = ("energies", "features")

    latents: int = option(64, "size of the latent vector N_z (Berthelot et al. 2017)", ge=1)
    latent: Literal["normal", "uniform"] = option(
        "uniform", "law of the latents (Berthelot et al. 2017: uniform)"
    )
    code: int | None = option(None, "numbers of the code N_h; by default N_z (Berthelot et al. 2017)", ge=1)
    width: int = option(64, "channels n (the paper's 128 is for 128×128 images)", ge=1)

    def networks(self, shape: tuple[int, ...], classes: int | None) -> dict[str, nn.Module]:
        sizes = doubling_sizes(shape, "began", wanted=8)
        code = self.code or self.latents
        return {
            "generator": self._decoder(self.latents, sizes, shape[0]),
            "discriminator": Reconstruction(
                self._encoder(code, sizes, shape[0]), self._decoder(code, sizes, shape[0]), torch.abs
            ),
        }

    def _encoder(self, code: int, sizes: Sizes, channels: int) -> nn.Sequential:
        layers = _convolution(channels, self.width)
        for level in range(1, len(sizes)):
            width = level * self.width
            layers += [*_convolution(width, width), *_convolution(width, width)]
            layers += _convolution(width, width + self.width, stride=2)
        width, (height, breadth) = len(sizes) * self.width, sizes[0]
        layers += [*_convolution(width, width), *_convolution(width, width)]
        return nn.Sequential(*layers, nn.Flatten(), nn.Linear(width * height * breadth, code))

    def _decoder(self, inputs: int, sizes: Sizes, channels: int) -> nn.Sequential:
        height, breadth = sizes[0]
        layers: list[nn.Module] = [
            nn.Linear(inputs, self.width * height * breadth),
            nn.Unflatten(1, (self.width, height, breadth)),
        ]
        for level in range(len(sizes)):
            layers += [Upsample()] if level else []
            layers += [*_convolution(self.width, self.width), *_convolution(self.width, self.width)]
        return nn.Sequential(*layers, nn.Conv2d(self.width, channels, 3, padding=1))


def _convolution(inputs: int, outputs: int, stride: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, 3, stride, padding=1), nn.ELU()]
