"""Models of images that can have any normalisation, in the generator too."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import nn

from gbench.api import UserError, option
from gbench_models._parts import norm
from gbench_models._switches import Switches


@dataclass(kw_only=True)
class ImageModel(Switches):
    """A generator and a discriminator with every switch.

    A model builds `generator(shape)` and `discriminator(shape)` for images whose sides have `_smallest`
    pixels or more, and may `initialise` each layer of both. Its defaults are those of its paper.
    """

    _smallest: ClassVar[int] = 8

    generator_norm: Literal["none", "batch", "layer"] = option("batch", "normalisation in the generator")

    def networks(self, shape: tuple[int, ...], classes: int | None) -> dict[str, nn.Module]:
        self.check(shape)
        pair = {"generator": self.generator(shape), "discriminator": self.discriminator(shape)}
        for network in pair.values():
            network.apply(self.initialise)
        return pair

    def check(self, shape: tuple[int, ...]) -> None:
        """`UserError` if this is no image, or too small a one."""
        if len(shape) != 3 or min(shape[1:]) < self._smallest:
            size, least = "×".join(map(str, shape)), f"{self._smallest}×{self._smallest}"
            raise UserError(
                f"model {self.name} makes images of at least {least} pixels, not {size}; "
                "model mlp takes any shape"
            )

    def generator(self, shape: tuple[int, ...]) -> nn.Module:
        raise NotImplementedError

    def discriminator(self, shape: tuple[int, ...]) -> nn.Module:
        raise NotImplementedError

    def initialise(self, layer: nn.Module) -> None:
        """Changes the starting weights of one layer; by default they are torch's."""

    def generator_tail(self, channels: int) -> list[nn.Module]:
        """What follows a hidden layer of the generator."""
        return [
            *norm(self.generator_norm, channels, image=True),
            self.lit(),
        ]
