"""Models of images that can have any normalisation, in the generator too."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import nn

from gbench.api import Blueprint, UserError, option
from gbench_models._parts import norm
from gbench_models._switches import Switches
from gbench_models._translators import dense, dense_discriminator


@dataclass(kw_only=True)
class ImageModel(Switches):
    """A generator and a discriminator with every switch.

    A model builds `generator` and `discriminator` for images whose sides have `_smallest`
    pixels or more, and may `initialise` each layer of both. Its defaults are those of its paper.
    """

    _smallest: ClassVar[int] = 8

    generator_norm: Literal["none", "batch", "layer"] = option("batch", "normalisation in the generator")

    def network(self, role: str, blueprint: Blueprint) -> nn.Module:
        self.check(blueprint.shape)
        return super().network(role, blueprint).apply(self.initialise)

    def check(self, shape: tuple[int, ...]) -> None:
        """`UserError` if this is no image, or too small a one."""
        if len(shape) != 3 or min(shape[1:]) < self._smallest:
            size, least = "×".join(map(str, shape)), f"{self._smallest}×{self._smallest}"
            raise UserError(
                f"model {self.name} makes images of at least {least} pixels, not {size}; "
                "model mlp takes any shape"
            )

    def vector_discriminator(self, blueprint: Blueprint) -> nn.Module:
        return dense_discriminator(blueprint.size)

    def mapper(self, blueprint: Blueprint) -> nn.Module:
        return dense(blueprint.inputs, blueprint.size)

    def initialise(self, layer: nn.Module) -> None:
        """Changes the starting weights of one layer; by default they are torch's."""

    def generator_tail(self, channels: int) -> list[nn.Module]:
        """What follows a hidden layer of the generator."""
        return [
            *norm(self.generator_norm, channels, image=True),
            self.new_activation(),
        ]
