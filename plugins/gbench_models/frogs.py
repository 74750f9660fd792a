"""The 32×32 pair of Chollet's Keras book that draws frogs: no normalisation, convolutions of kernel 5."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import nn

from gbench.api import Blueprint, option
from gbench_models._image import ImageModel
from gbench_models._parts import Discriminator, Transposed, halved, halving, pyramid, xavier


@dataclass(kw_only=True)
class Frogs(ImageModel):
    """generator: a dense layer to 128 × half the size, 5×5 to 256, a transposed convolution of kernel 4 and
    stride 2, two more 5×5, and 7×7 to the image. Leaky ReLU, no normalisation.

    discriminator: 3×3 to 128, then convolutions of kernel 4 and stride 2, none of them padded, while the
    shorter side is at least the kernel: 32 → 30 → 14 → 6 → 2 as in the book, 16 → 14 → 6 → 2, 8 → 6 → 2.
    Dropout comes once, before the dense head.

    Weights start as Keras' do, by Glorot's uniform law, and a leaky ReLU has Keras' slope 0.3. The book
    trains with the sigmoid cross-entropy, noise of 0.05 · U[0, 1) on the labels, a batch of 20, and RMSprop
    at 8e-4 for the discriminator, 4e-4 for the generator, decay 1e-8, gradients clipped to [−1, 1]. Its
    images are in [0, 1] while its generator ends in tanh; here they are in tanh's range.
    """

    paper: ClassVar[str] = "Chollet 2017, Deep learning with Python, section 8.5"
    _narrower: ClassVar[int] = 2

    latents: int = option(32, "size of the latent vector (Chollet 2017)", ge=1)
    latent: Literal["normal", "uniform"] = option("normal", "law of the latents (Chollet 2017: normal)")
    width: int = option(
        256, "channels of the generator's convolutions; its dense layer makes half (Chollet 2017)", ge=1
    )
    generator_norm: Literal["none", "batch", "layer"] = option(
        "none", "normalisation in the generator (Chollet 2017: none)"
    )
    discriminator_norm: Literal["none", "batch", "layer"] = option(
        "none", "normalisation in the discriminator (Chollet 2017: none)"
    )
    activation: Literal["relu", "leaky-relu", "gelu", "elu"] = option(
        "leaky-relu", "activation of the generator"
    )
    slope: float = option(0.3, "slope of leaky-relu below zero (Keras' default)", ge=0, le=1)
    dropout: float = option(0.4, "dropout before the discriminator's head (Chollet 2017)", ge=0, lt=1)
    kernel: int = option(
        4,
        "kernel of convolutions that double or halve; uneven overlap where 2 does not divide it",
        ge=2,
        le=6,
    )

    def generator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        full, half = pyramid(shape[1], shape[2], 1)
        base, width = max(self.width // 2, 1), self.width
        return nn.Sequential(
            nn.Linear(self.latents, base * half[0] * half[1]),
            nn.Unflatten(1, (base, *half)),
            *self.generator_tail(base),
            nn.Conv2d(base, width, 5, padding=2),
            *self.generator_tail(width),
            Transposed(width, width, half, full, self.kernel),
            *self.generator_tail(width),
            nn.Conv2d(width, width, 5, padding=2),
            *self.generator_tail(width),
            nn.Conv2d(width, width, 5, padding=2),
            *self.generator_tail(width),
            nn.Conv2d(width, shape[0], 7, padding=3),
            self.outlet(),
        )

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        channels = self.discriminator_channels()
        height, width = shape[1] - 2, shape[2] - 2
        layers = [
            *self.intake(),
            nn.Conv2d(shape[0], channels, 3),
            *self.discriminator_tail(channels, dropped=False),
        ]
        while min(height, width) >= self.kernel:
            layers += halving(channels, channels, self.kernel, self.downsampling, padding=0)
            layers += self.discriminator_tail(channels, dropped=False)
            height, width = (halved(size, self.kernel, padding=0) for size in (height, width))
        layers += [nn.Flatten(), *self.dropouts()]
        return Discriminator(nn.Sequential(*layers), nn.Linear(channels * height * width, 1))

    def initialise(self, layer: nn.Module) -> None:
        """Keras' defaults."""
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            xavier(layer)
