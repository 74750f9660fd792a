"""Multi-layer perceptrons, for points, and for small images, voxels and sequences, all flat."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor, nn

from gbench.api import Blueprint, Model, option
from gbench_models._parts import ACTIVATIONS, OUTPUTS, Discriminator, intake, norm


@dataclass(kw_only=True)
class Mlp(Model):
    """Two fully connected networks, in the style of the 2-D toy experiments.

    Images, voxels and sequences are flattened. The defaults are a choice: every paper's toy networks
    differ (PacGAN 400 × 4, Numerics of GANs 16 × 4, unrolled GAN 128 × 2 against 128 × 1).
    """

    traits: ClassVar[tuple[str, ...]] = ("vector", "image", "voxel", "sequence")
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

    latents: int = option(16, "size of the latent vector (Mescheder et al. 2017, toy)", ge=1)
    width: int = option(128, "units of each hidden layer", ge=1)
    discriminator_width: int | None = option(
        None, "units of the discriminator's; by default the generator's", ge=1
    )
    depth: int = option(2, "hidden layers of each network", ge=1, le=64)
    discriminator_depth: int | None = option(
        None, "hidden layers of the discriminator; by default the generator's", ge=1, le=64
    )
    input_scale: float = option(
        1.0, "factor on what the discriminator sees (Metz et al. 2017: 0.25 for a ring of radius 2)", gt=0
    )
    activation: Literal["relu", "leaky-relu", "gelu", "elu", "tanh"] = option(
        "relu", "activation of both networks"
    )
    generator_norm: Literal["none", "batch", "layer"] = option("none", "normalisation in the generator")
    discriminator_norm: Literal["none", "batch", "layer"] = option(
        "none", "normalisation in the discriminator"
    )
    output: Literal["auto", "linear", "tanh", "sigmoid"] = option(
        "auto",
        "the generator's last activation; auto: linear for points and sequences, tanh for the rest; "
        "sigmoid: both networks work on [0, 1]",
    )

    init: Literal["torch", "normal", "orthogonal"] = option(
        "torch", "how weights start: torch's default, or as said, with biases at 0"
    )
    init_scale: float | None = option(
        None,
        "standard deviation of normal weights, by default 0.02; gain of orthogonal ones, by default 1",
        gt=0,
    )

    def network(self, role: str, blueprint: Blueprint) -> nn.Module:
        return super().network(role, blueprint).apply(self._initialise)

    def generator(self, blueprint: Blueprint) -> nn.Module:
        return self._onto(self.latents, blueprint.shape)

    def translator(self, blueprint: Blueprint) -> nn.Module:
        inputs = math.prod(blueprint.source or blueprint.shape)
        return nn.Sequential(nn.Flatten(), *self._onto(inputs, blueprint.shape))

    def mapper(self, blueprint: Blueprint) -> nn.Module:
        return nn.Sequential(
            *self._hidden(blueprint.inputs, self.width, self.depth, self.generator_norm),
            nn.Linear(self.width, blueprint.size),
        )

    def _onto(self, inputs: int, shape: tuple[int, ...]) -> nn.Sequential:
        """Vectors `[B, inputs]` to samples."""
        return nn.Sequential(
            *self._hidden(inputs, self.width, self.depth, self.generator_norm),
            nn.Linear(self.width, math.prod(shape)),
            OUTPUTS[self._output(shape)](),
            nn.Unflatten(1, shape),
        )

    def _output(self, shape: tuple[int, ...]) -> str:
        return ("tanh" if len(shape) >= 3 else "linear") if self.output == "auto" else self.output

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        scale = [Scale(self.input_scale)] if self.input_scale != 1 else []
        before = [*intake(self.output), *scale, nn.Flatten()]
        return self._judging(math.prod(blueprint.shape), before)

    def vector_discriminator(self, blueprint: Blueprint) -> nn.Module:
        return self._judging(blueprint.size, [])

    def _judging(self, inputs: int, before: list[nn.Module]) -> Discriminator:
        width, depth = self.discriminator_width or self.width, self.discriminator_depth or self.depth
        hidden = self._hidden(inputs, width, depth, self.discriminator_norm)
        return Discriminator(nn.Sequential(*before, *hidden), nn.Linear(width, 1))

    def _initialise(self, layer: nn.Module) -> None:
        if self.init == "torch" or not isinstance(layer, nn.Linear):
            return
        if self.init == "normal":
            nn.init.normal_(layer.weight, 0.0, self.init_scale or 0.02)
        else:
            nn.init.orthogonal_(layer.weight, self.init_scale or 1.0)
        nn.init.zeros_(layer.bias)

    def _hidden(self, inputs: int, width: int, depth: int, kind: str) -> list[nn.Module]:
        layers: list[nn.Module] = []
        for _ in range(depth):
            layers += [
                nn.Linear(inputs, width),
                *norm(kind, width, image=False),
                ACTIVATIONS[self.activation](),
            ]
            inputs = width
        return layers


class Scale(nn.Module):
    """A constant factor."""

    def __init__(self, factor: float):
        super().__init__()
        self.factor = factor

    def forward(self, samples: Tensor) -> Tensor:
        return self.factor * samples

    def extra_repr(self) -> str:
        return f"factor={self.factor}"
