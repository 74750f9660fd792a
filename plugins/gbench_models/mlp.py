"""Multi-layer perceptrons, for points and for small flat images."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import nn

from gbench.api import Model, option
from gbench_models._parts import ACTIVATIONS, OUTPUTS, Discriminator, norm


@dataclass(kw_only=True)
class Mlp(Model):
    """Two fully connected networks of the same depth, in the style of the 2-D toy experiments.

    Images are flattened. The defaults are a choice: every paper's toy networks differ (PacGAN
    400 × 4, Numerics of GANs 16 × 4, unrolled GAN 128 × 2).
    """

    traits: ClassVar[tuple[str, ...]] = ("vector", "image")

    latents: int = option(16, "size of the latent vector (Mescheder et al. 2017, toy)", ge=1)
    width: int = option(128, "units of each hidden layer", ge=1)
    discriminator_width: int | None = option(
        None, "units of the discriminator's; by default the generator's", ge=1
    )
    depth: int = option(2, "hidden layers of each network", ge=1, le=64)
    activation: Literal["relu", "leaky-relu", "gelu", "tanh"] = option("relu", "activation of both networks")
    generator_norm: Literal["none", "batch", "layer"] = option("none", "normalisation in the generator")
    discriminator_norm: Literal["none", "batch", "layer"] = option(
        "none", "normalisation in the discriminator"
    )
    output: Literal["auto", "linear", "tanh", "sigmoid"] = option(
        "auto", "the generator's last activation; auto: linear for points, tanh for images"
    )

    def networks(self, shape: tuple[int, ...], classes: int | None) -> dict[str, nn.Module]:
        return {"generator": self._generator(shape), "discriminator": self._discriminator(shape)}

    def _generator(self, shape: tuple[int, ...]) -> nn.Module:
        output = ("tanh" if len(shape) == 3 else "linear") if self.output == "auto" else self.output
        return nn.Sequential(
            *self._hidden(self.latents, self.width, self.generator_norm),
            nn.Linear(self.width, math.prod(shape)),
            OUTPUTS[output](),
            nn.Unflatten(1, shape),
        )

    def _discriminator(self, shape: tuple[int, ...]) -> nn.Module:
        width = self.discriminator_width or self.width
        hidden = self._hidden(math.prod(shape), width, self.discriminator_norm)
        return Discriminator(nn.Sequential(nn.Flatten(), *hidden), nn.Linear(width, 1))

    def _hidden(self, inputs: int, width: int, kind: str) -> list[nn.Module]:
        layers: list[nn.Module] = []
        for _ in range(self.depth):
            layers += [
                nn.Linear(inputs, width),
                *norm(kind, width, image=False),
                ACTIVATIONS[self.activation](),
            ]
            inputs = width
        return layers
