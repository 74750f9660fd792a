"""EBGAN: the discriminator is an autoencoder and says how badly it reconstructs a sample."""

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Literal

import torch
from torch import nn

from gbench.api import Blueprint, Model, option
from gbench_models._doubling import doubling_sizes
from gbench_models._image import ImageModel
from gbench_models._parts import Transposed, halving, norm
from gbench_models._reconstruction import Reconstruction
from gbench_models.dcgan import Dcgan
from gbench_models.mlp import Mlp


@dataclass(kw_only=True)
class Autoencoder(ImageModel):
    """The energy of a sample is its mean squared error, E(x) = mean (Dec(Enc(x)) − x)², low for real ones.

    Images, whose sizes are halved while they are even and 8 or more: convolutions of kernel 4 and stride 2
    down to the code and transposed ones back, with leaky ReLU, and with batch normalisation but next to the
    image; dcgan's generator. At 64×64 the paper has 64-128-256 channels, here 64-128-256-512 (appendix D).
    Vectors: an MLP of `depth` hidden layers on both sides of a code of `code` units, and mlp's generator
    (a choice), which is linear at its end and knows one slope of leaky ReLU, 0.2.

    The features are the codes. There is no head, so dropout is that of the code before it is decoded. With
    output sigmoid the autoencoder works on images in [0, 1], whose errors are half as large, and energies a
    quarter. The decoder's output is linear, and weights start at N(0, 0.02²) in convolutions as the paper's
    do.
    """

    paper: ClassVar[str] = "Zhao et al. 2017, Energy-based generative adversarial network, arXiv:1609.03126"
    traits: ClassVar[tuple[str, ...]] = ("image", "vector")
    gives: ClassVar[tuple[str, ...]] = ("energies", "features")
    roles: ClassVar[tuple[str, ...]] = ("generator", "discriminator")

    latents: int = option(100, "size of the latent vector (a choice)", ge=1)
    width: int = option(64, "channels next to the image (Zhao et al. 2017), or units of a hidden layer", ge=1)
    depth: int = option(2, "hidden layers of the generator, the encoder and the decoder of vectors", ge=1)
    code: int = option(16, "units of the code of vectors", ge=1)
    kernel: int = option(
        4, "kernel of all convolutions; uneven overlap, a checkerboard, where 2 does not divide it", ge=2
    )
    downsampling: Literal["stride", "average-pool", "max-pool"] = option(
        "stride", "how the encoder halves images: strided convolutions, or pooling after unstrided ones"
    )
    dropout: float = option(0.0, "share of the code's numbers that dropout zeroes", ge=0, lt=1)

    def network(self, role: str, blueprint: Blueprint) -> nn.Module:
        return Model.network(self, role, blueprint)

    def generator(self, blueprint: Blueprint) -> nn.Module:
        if len(blueprint.shape) == 1:
            return self._mlp().network("generator", blueprint)
        doubling_sizes(blueprint.shape, "autoencoder")  # refuses in its own name
        return self._dcgan().network("generator", blueprint)

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        return self._of_vectors(shape[0]) if len(shape) == 1 else self._of_images(shape)

    def _mlp(self) -> Mlp:
        return Mlp(
            latents=self.latents,
            width=self.width,
            depth=self.depth,
            generator_norm=self.generator_norm,
            activation=self.activation,
            output="linear",
        )

    def _dcgan(self) -> Dcgan:
        return Dcgan(
            latents=self.latents,
            width=self.width,
            generator_norm=self.generator_norm,
            activation=self.activation,
            slope=self.slope,
            output=self.output,
            kernel=self.kernel,
        )

    def _of_vectors(self, size: int) -> Reconstruction:
        hidden = [self.discriminator_channels()] * self.depth
        encoder = [part for pair in pairwise([size, *hidden]) for part in self._dense(*pair)]
        decoder = [part for pair in pairwise([self.code, *hidden]) for part in self._dense(*pair)]
        return Reconstruction(
            nn.Sequential(*encoder, nn.Linear(hidden[-1], self.code)),
            nn.Sequential(*self.dropouts(), *decoder, nn.Linear(hidden[-1], size)),
            torch.square,
        )

    def _of_images(self, shape: tuple[int, ...]) -> Reconstruction:
        sizes = doubling_sizes(shape, "autoencoder")
        widths = [
            shape[0],
            *(min(2**level, 8) * self.discriminator_channels() for level in range(len(sizes) - 1)),
        ]
        encoder: list[nn.Module] = []
        decoder: list[nn.Module] = []
        for level, (narrow, wide) in enumerate(pairwise(widths)):
            encoder += halving(narrow, wide, self.kernel, self.downsampling)
            encoder += self.discriminator_tail(wide, normalised=level > 0, dropped=False)
            small, large = sizes[-2 - level], sizes[-1 - level]
            up = Transposed(wide, narrow, small, large, self.kernel)
            decoder = [up, *(self.discriminator_tail(narrow, dropped=False) if level else []), *decoder]
        bottom = (widths[-1], *sizes[0])
        network = Reconstruction(
            nn.Sequential(*self.intake(), *encoder, nn.Flatten()),
            nn.Sequential(*self.dropouts(), nn.Unflatten(1, bottom), *decoder),
            torch.square,
            self.intake(),
        )
        return network.apply(_initialise)

    def _dense(self, inputs: int, outputs: int) -> list[nn.Module]:
        normed = norm(self.discriminator_norm, outputs, image=False)
        return [nn.Linear(inputs, outputs), *normed, self.new_discriminator_activation()]


def _initialise(layer: nn.Module) -> None:
    """Zhao et al. 2017, appendix D: N(0, 0.02²), biases zero."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(layer.weight, 0.0, 0.02)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
