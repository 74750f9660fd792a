"""The contract of models."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor, nn

from gbench.engine.streams import Streams
from gbench.plugins.options import option


@dataclass(kw_only=True)
class Model:
    """Builds the networks of one replica for a data set's shape.

    A generator maps latents `[B, latents]` to samples `[B, *shape]`; a discriminator maps samples
    to raw scores `[B]`, and is `head(features(x))`.
    """

    paper: ClassVar[str] = ""
    traits: ClassVar[tuple[str, ...]] = ()

    latents: int = option(64, "size of the latent vector", ge=1)
    latent: Literal["normal", "uniform"] = option("normal", "law of the latents: N(0,1) or U(-1,1)")

    def networks(self, shape: tuple[int, ...], classes: int | None) -> dict[str, nn.Module]:
        """`{"generator": ..., "discriminator": ...}`; `UserError` if the shape cannot be done."""
        raise NotImplementedError

    def draw(self, random: Streams, purpose: str, count: int) -> Tensor:
        """Latents `[R, count, latents]`."""
        if self.latent == "normal":
            return random.normal(purpose, (count, self.latents))
        return random.uniform(purpose, (count, self.latents)).mul(2).sub(1)
