"""The switches that ablations turn, of all models that make images and judge them by convolutions."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import nn

from gbench.api import Dropout, Model, option
from gbench_models._parts import OUTPUTS, activation, intake, norm


@dataclass(kw_only=True)
class Switches(Model):
    """One option for each usual ablation, and the layers that it chooses; a model's defaults are its paper's.

    A model whose generator has a normalisation of its own, as StyleGAN's, has these switches alone; all
    others can choose that one too and are an `ImageModel`.

    _narrower: by which factor the discriminator is narrower than the generator, unless told.
    """

    traits: ClassVar[tuple[str, ...]] = ("image",)
    _narrower: ClassVar[int] = 1

    width: int = option(64, "channels of the generator next to the image", ge=1)
    discriminator_width: int | None = option(
        None, "the discriminator's channels; by default in the paper's proportion to the generator's", ge=1
    )
    discriminator_norm: Literal["none", "batch", "layer"] = option(
        "batch", "normalisation in the discriminator"
    )
    activation: Literal["relu", "leaky-relu", "gelu", "elu"] = option("relu", "activation of the generator")
    discriminator_activation: Literal["relu", "leaky-relu", "gelu", "elu"] = option(
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

    def new_activation(self) -> nn.Module:
        """A layer of the generator's activation."""
        return activation(self.activation, self.slope)

    def new_discriminator_activation(self) -> nn.Module:
        """A layer of the discriminator's activation."""
        return activation(self.discriminator_activation, self.slope)

    def new_discriminator_norm(self, channels: int) -> nn.Module:
        """The discriminator's normalisation of images; `none` makes a layer that does nothing."""
        return nn.Sequential(*norm(self.discriminator_norm, channels, image=True))

    def discriminator_tail(
        self, channels: int, normalised: bool = True, dropped: bool = True
    ) -> list[nn.Module]:
        """What follows a hidden layer of the discriminator."""
        return [
            *(norm(self.discriminator_norm, channels, image=True) if normalised else []),
            self.new_discriminator_activation(),
            *(self.dropouts() if dropped else []),
        ]

    def dropouts(self) -> list[nn.Module]:
        """A layer of dropout, where there is any."""
        return [Dropout(self.dropout)] if self.dropout else []

    def intake(self) -> list[nn.Module]:
        """What the discriminator does to an image first."""
        return intake(self.output)

    def outlet(self) -> nn.Module:
        """What the generator does to an image last."""
        return OUTPUTS[self.output]()

    def discriminator_channels(self) -> int:
        """Channels of the discriminator."""
        return self.discriminator_width or max(self.width // self._narrower, 1)
