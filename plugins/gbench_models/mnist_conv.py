"""The MNIST pair of TensorFlow's DCGAN tutorial: dense to 7×7×256, transposed convolutions of kernel 5."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import nn

from gbench.api import Blueprint, option
from gbench_models._image import ImageModel
from gbench_models._parts import Discriminator, Transposed, activation, halved, halving, norm, pyramid, xavier


@dataclass(kw_only=True)
class MnistConv(ImageModel):
    """Two levels whatever the image's size: 28 → 14 → 7 as in the tutorial, 8 → 4 → 2, 32 → 16 → 8.

    generator       dense to 256 at a quarter of the size, then transposed convolutions to 128 (stride 1),
                    64 (stride 2) and the image (stride 2); batch normalisation before each leaky ReLU,
                    which after the dense layer is per unit, not per channel; no biases
    discriminator   convolutions of stride 2 to 64 and 128, each with leaky ReLU and dropout; a dense head

    Weights start as Keras' do, by Glorot's uniform law, and a leaky ReLU has Keras' slope 0.3; batch
    normalisation has Keras' ε = 0.001 and momentum 0.99. The tutorial trains with the sigmoid
    cross-entropy, Adam 1e-4 (0.9, 0.999) and a batch of 256.
    """

    paper: ClassVar[str] = (
        "TensorFlow authors 2019, Deep convolutional generative adversarial network, tutorial"
    )

    latents: int = option(100, "size of the latent vector (the tutorial's)", ge=1)
    latent: Literal["normal", "uniform"] = option("normal", "law of the latents (the tutorial's: normal)")
    width: int = option(64, "channels next to the image; 2 and 4 times as many below (the tutorial's)", ge=1)
    discriminator_norm: Literal["none", "batch", "layer"] = option(
        "none", "normalisation in the discriminator (the tutorial's: none)"
    )
    activation: Literal["relu", "leaky-relu", "gelu", "elu"] = option(
        "leaky-relu", "activation of the generator"
    )
    slope: float = option(0.3, "slope of leaky-relu below zero (Keras' default)", ge=0, le=1)
    dropout: float = option(0.3, "dropout after each of the discriminator's convolutions", ge=0, lt=1)
    kernel: int = option(
        5, "kernel of all convolutions; uneven overlap, a checkerboard, where 2 does not divide it", ge=2
    )

    def generator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        full, half, quarter = pyramid(shape[1], shape[2], 2)
        wide, middle, narrow = 4 * self.width, 2 * self.width, self.width
        units = wide * quarter[0] * quarter[1]
        return nn.Sequential(
            nn.Linear(self.latents, units, bias=False),
            *norm(self.generator_norm, units, image=False),
            activation(self.activation, self.slope),
            nn.Unflatten(1, (wide, *quarter)),
            Transposed(wide, middle, quarter, quarter, self.kernel, stride=1, bias=False),
            *self.generator_tail(middle),
            Transposed(middle, narrow, quarter, half, self.kernel, bias=False),
            *self.generator_tail(narrow),
            Transposed(narrow, shape[0], half, full, self.kernel, bias=False),
            self.outlet(),
        )

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        narrow, wide = self.discriminator_channels(), 2 * self.discriminator_channels()
        height, width = (halved(halved(size, self.kernel), self.kernel) for size in shape[1:])
        features = nn.Sequential(
            *self.intake(),
            *halving(shape[0], narrow, self.kernel, self.downsampling),
            *self.discriminator_tail(narrow),
            *halving(narrow, wide, self.kernel, self.downsampling),
            *self.discriminator_tail(wide),
            nn.Flatten(),
        )
        return Discriminator(features, nn.Linear(wide * height * width, 1))

    def initialise(self, layer: nn.Module) -> None:
        """Keras' defaults."""
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            xavier(layer)
        elif isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            layer.eps, layer.momentum = 1e-3, 0.01
