"""BEGAN: the generator is a decoder, and the discriminator an autoencoder with the same decoder."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import nn

from gbench.api import Blueprint, option
from gbench_models._doubling import doubling_sizes
from gbench_models._equalised import Upsample
from gbench_models._image import ImageModel
from gbench_models._parts import halving, xavier
from gbench_models._reconstruction import Reconstruction

VERSION = "2"  # 1: torch's starting weights

Sizes = list[tuple[int, int]]
Tail = Callable[[int], list[nn.Module]]  # what follows a convolution of so many channels


@dataclass(kw_only=True)
class Began(ImageModel):
    """The energy of a sample is its mean absolute error, L(x) = mean |Dec(Enc(x)) − x|, low for real ones.

    Two 3×3 convolutions with ELU for each size. The encoder halves the image by convolutions of stride 2
    and has n, 2n, 3n, ... channels; the decoder has n at every size and doubles it by repeating pixels;
    linear layers lead to and from the code of N_h numbers. The generator has the decoder's shape and
    weights of its own. Images are halved down to 8 pixels as in the paper, at least once: 8×8 images to 4×4.

    The features are the codes. There is no head, so dropout is that of the code before it is decoded; nothing
    is transposed, so there is no kernel to choose. With output sigmoid the autoencoder works on images in
    [0, 1], and its energies are half as large.

    There are no skip connections and no vanishing residuals, which the paper calls optional. Weights start by
    Xavier's uniform law (a choice): torch's own would shrink what the latents say in every layer, and the
    generator, nearly constant at first, stays so. The code must be smaller than an image: an autoencoder of
    as many numbers as there are pixels, 64 for 8×8, soon reconstructs anything and tells nothing.
    """

    paper: ClassVar[str] = (
        "Berthelot et al. 2017, BEGAN: Boundary equilibrium generative adversarial networks, arXiv:1703.10717"
    )
    gives: ClassVar[tuple[str, ...]] = ("energies", "features")
    roles: ClassVar[tuple[str, ...]] = ("generator", "discriminator")

    latents: int = option(64, "size of the latent vector N_z (Berthelot et al. 2017)", ge=1)
    latent: Literal["normal", "uniform"] = option(
        "uniform", "law of the latents (Berthelot et al. 2017: uniform)"
    )
    code: int | None = option(None, "numbers of the code N_h; by default N_z (Berthelot et al. 2017)", ge=1)
    width: int = option(64, "channels n (the paper's 128 is for 128×128 images)", ge=1)
    generator_norm: Literal["none", "batch", "layer"] = option(
        "none", "normalisation in the generator (Berthelot et al. 2017: none)"
    )
    discriminator_norm: Literal["none", "batch", "layer"] = option(
        "none", "normalisation in the discriminator (Berthelot et al. 2017: none)"
    )
    activation: Literal["relu", "leaky-relu", "gelu", "elu"] = option(
        "elu", "activation of the generator (Berthelot et al. 2017)"
    )
    discriminator_activation: Literal["relu", "leaky-relu", "gelu", "elu"] = option(
        "elu", "activation of the discriminator (Berthelot et al. 2017)"
    )
    output: Literal["tanh", "sigmoid", "linear"] = option(
        "linear", "the generator's last activation (a choice); sigmoid: both networks work on [0, 1]"
    )
    downsampling: Literal["stride", "average-pool", "max-pool"] = option(
        "stride", "how the encoder halves images: strided convolutions, or pooling after unstrided ones"
    )
    dropout: float = option(0.0, "share of the code's numbers that dropout zeroes", ge=0, lt=1)

    def check(self, shape: tuple[int, ...]) -> None:
        self._sizes(shape)

    def generator(self, blueprint: Blueprint) -> nn.Sequential:
        shape = blueprint.shape
        layers = self._decoder(self.latents, self._sizes(shape), self.width, self.generator_tail)
        return nn.Sequential(*layers, _convolution(self.width, shape[0]), self.outlet())

    def discriminator(self, blueprint: Blueprint) -> Reconstruction:
        shape = blueprint.shape
        sizes, width, code = self._sizes(shape), self.discriminator_channels(), self.code or self.latents
        encoder = nn.Sequential(*self.intake(), *self._encoder(code, sizes, shape[0], width))
        layers = self._decoder(code, sizes, width, self._judge_tail)
        decoder = nn.Sequential(*self.dropouts(), *layers, _convolution(width, shape[0]))
        return Reconstruction(encoder, decoder, torch.abs, self.intake())

    def initialise(self, layer: nn.Module) -> None:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            xavier(layer)

    def _sizes(self, shape: tuple[int, ...]) -> Sizes:
        return doubling_sizes(shape, "began", wanted=8)

    def _judge_tail(self, channels: int) -> list[nn.Module]:
        return self.discriminator_tail(channels, dropped=False)

    def _encoder(self, code: int, sizes: Sizes, channels: int, width: int) -> list[nn.Module]:
        layers = [_convolution(channels, width), self.new_discriminator_activation()]
        for level in range(1, len(sizes)):
            layers += _pair(level * width, self._judge_tail)
            layers += halving(level * width, (level + 1) * width, 3, self.downsampling)
            layers += self._judge_tail((level + 1) * width)
        top, (height, breadth) = len(sizes) * width, sizes[0]
        return [
            *layers,
            *_pair(top, self._judge_tail),
            nn.Flatten(),
            nn.Linear(top * height * breadth, code),
        ]

    def _decoder(self, inputs: int, sizes: Sizes, width: int, tail: Tail) -> list[nn.Module]:
        height, breadth = sizes[0]
        layers: list[nn.Module] = [
            nn.Linear(inputs, width * height * breadth),
            nn.Unflatten(1, (width, height, breadth)),
        ]
        for level in range(len(sizes)):
            layers += [*([Upsample()] if level else []), *_pair(width, tail)]
        return layers


def _pair(width: int, tail: Tail) -> list[nn.Module]:
    return [_convolution(width, width), *tail(width), _convolution(width, width), *tail(width)]


def _convolution(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, padding=1)
