"""What all image models have in common: the switches that ablations turn."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import nn

from gbench.api import Dropout, Model, UserError, option
from gbench_models._parts import OUTPUTS, activation, intake, norm


@dataclass(kw_only=True)
class ImageModel(Model):
    """A convolutional generator and discriminator, and one switch for each usual ablation.

    A model builds `generator(shape)` and `discriminator(shape)` for images whose sides have `_smallest`
    pixels or more, and may `initialise` each layer of both. Its defaults are those of its paper.

    _narrower: by which factor the discriminator is narrower than the generator, unless told.
    """

    traits: ClassVar[tuple[str, ...]] = ("image",)
    _smallest: ClassVar[int] = 8
    _narrower: ClassVar[int] = 1

    width: int = option(64, "channels of the generator next to the image", ge=1)
    discriminator_width: int | None = option(
        None, "the discriminator's channels; by default in the paper's proportion to the generator's", ge=1
    )
    generator_norm: Literal["none", "batch", "layer"] = option("batch", "normalisation in the generator")
    discriminator_norm: Literal["none", "batch", "layer"] = option(
        "batch", "normalisation in the discriminator"
    )
    activation: Literal["relu", "leaky-relu", "gelu"] = option("relu", "activation of the generator")
    discriminator_activation: Literal["relu", "leaky-relu", "gelu"] = option(
        "leaky-relu", "activation of the discriminator"
    )
    slope: float = option(0.2, "slope of leaky-relu below zero", ge=0, le=1)
    output: Literal["tanh", "sigmoid", "linear"] = option(
        "tanh", "the generator's last activation; sigmoid: both networks work on images in [0, 1]"
    )
    downsampling: Literal["stride", "average-pool", "max-pool"] = option(
        "stride", "how the discriminator halves images: strided convolutions, or pooling after unstrided ones"
    )
    dropout: float = option(0.0, "share of the discriminator's features that dropout zeroes", ge=0, lt=1)

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
                f"model {self.name()} makes images of at least {least} pixels, not {size}; "
                "model mlp takes any shape"
            )

    @classmethod
    def name(cls) -> str:
        """As suites call it: its file's name."""
        return cls.__module__.rpartition(".")[2].replace("_", "-")

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
            activation(self.activation, self.slope),
        ]

    def discriminator_tail(
        self, channels: int, normalised: bool = True, dropped: bool = True
    ) -> list[nn.Module]:
        """What follows a hidden layer of the discriminator."""
        return [
            *(norm(self.discriminator_norm, channels, image=True) if normalised else []),
            activation(self.discriminator_activation, self.slope),
            *(self.dropouts() if dropped else []),
        ]

    def dropouts(self) -> list[nn.Module]:
        """A layer of dropout, where there is any."""
        return [Dropout(self.dropout)] if self.dropout else []

    def intake(self) -> list[nn.Module]:
        """What the discriminator does to an image first."""
        return intake(self.output)

    def last(self) -> nn.Module:
        """What the generator does to an image last."""
        return OUTPUTS[self.output]()

    def judge_width(self) -> int:
        """Channels of the discriminator."""
        return self.discriminator_width or max(self.width // self._narrower, 1)
