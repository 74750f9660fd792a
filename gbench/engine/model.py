"""The contract of models."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from torch import Tensor, nn

from gbench.engine.streams import Streams
from gbench.plugins.named import Named
from gbench.plugins.options import option

if TYPE_CHECKING:
    from gbench.engine.replicas import Replicas


@dataclass(kw_only=True)
class Model(Named):
    """Builds the networks of one replica for a data set's shape.

    A generator maps latents `[B, latents]` to samples `[B, *shape]`; a discriminator maps samples
    to raw scores `[B]`, and is `head(features(x))` with features `[B, d]`.

    traits: what it can generate, of `image`, `vector`, `voxel` and `sequence`.
    gives: what its discriminator says, for losses: `scores` or `energies`, and `features`.
    takes: what its networks take beside latents and samples: `("label",)` for `generator(latent, label)`.
    vmap: why its networks cannot run under vmap, if they cannot.
    """

    paper: ClassVar[str] = ""
    traits: ClassVar[tuple[str, ...]] = ()
    gives: ClassVar[tuple[str, ...]] = ("scores", "features")
    takes: ClassVar[tuple[str, ...]] = ()
    vmap: ClassVar[str] = ""

    latents: int = option(64, "size of the latent vector", ge=1)
    latent: Literal["normal", "uniform"] = option("normal", "law of the latents: N(0,1) or U(-1,1)")

    def networks(self, shape: tuple[int, ...], classes: int | None) -> dict[str, nn.Module]:
        """`{"generator": ..., "discriminator": ...}`; `UserError` if the shape cannot be done."""
        raise NotImplementedError

    def grow(self, networks: dict[str, "Replicas"], progress: float) -> None:
        """Before each round: lets networks grow with the share of the budget that is done, in [0, 1]."""

    def prepare(self, real: Tensor) -> Tensor:
        """What the discriminator is shown of real samples `[R, B, ...]`; not the samples while growing."""
        return real

    def draw(self, random: Streams, purpose: str, count: int) -> Tensor:
        """Latents `[R, count, latents]`."""
        if self.latent == "normal":
            return random.normal(purpose, (count, self.latents))
        return random.uniform(purpose, (count, self.latents)).mul(2).sub(1)
