"""The contract of models."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Literal

from torch import Tensor, nn

from gbench.engine.blueprint import Blueprint
from gbench.engine.streams import Streams
from gbench.engine.trunk import Encoder, PairDiscriminator, Recogniser
from gbench.plugins.named import Named
from gbench.plugins.options import option

if TYPE_CHECKING:
    from gbench.engine.replicas import Replicas


@dataclass(kw_only=True)
class Model(Named):
    """Builds the networks of one replica, one for each role that a game has.

    A method for each role takes a `Blueprint`. A discriminator is `head(features(x))` with features `[B, d]`
    and a linear head. From that the roles `encoder`, `pair-discriminator` and `recogniser` come for nothing.
    """

    paper: ClassVar[str] = ""

    traits: ClassVar[tuple[str, ...]] = ()
    """What it can make, of `image`, `vector`, `voxel` and `sequence`."""

    roles: ClassVar[tuple[str, ...]] = (
        "generator",
        "discriminator",
        "encoder",
        "pair-discriminator",
        "recogniser",
        "decoder",
    )
    """The roles that it can build a network for."""

    gives: ClassVar[tuple[str, ...]] = ("scores", "features")
    """What its discriminator says, for losses: `scores` or `energies`, and `features`."""

    takes: ClassVar[tuple[str, ...]] = ()
    """What its networks are told beside latents and samples: `("label",)` for `generator(latent, label)`."""

    vmap: ClassVar[str] = ""
    """Why its networks cannot run under vmap, if they cannot."""

    latents: int = option(64, "size of the latent vector", ge=1)
    latent: Literal["normal", "uniform"] = option("normal", "law of the latents: N(0,1) or U(-1,1)")

    shape: tuple[int, ...] = field(default=(), init=False, repr=False, compare=False)
    """Of a generated sample; the engine sets it before anything is built or drawn."""

    def network(self, role: str, blueprint: Blueprint) -> nn.Module:
        """The network for a role; torch's generator is seeded. Raises UserError on what cannot be done."""
        build = getattr(self, role.replace("-", "_"))
        network: nn.Module = build(blueprint)
        return network

    def generator(self, blueprint: Blueprint) -> nn.Module:
        raise NotImplementedError

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        raise NotImplementedError

    def encoder(self, blueprint: Blueprint) -> nn.Module:
        return Encoder(self.discriminator(blueprint), blueprint.size)

    def pair_discriminator(self, blueprint: Blueprint) -> nn.Module:
        return PairDiscriminator(self.discriminator(blueprint), blueprint.size)

    def recogniser(self, blueprint: Blueprint) -> nn.Module:
        return Recogniser(self.discriminator(blueprint), blueprint.size)

    def decoder(self, blueprint: Blueprint) -> nn.Module:
        """A generator of as many latents as it is told; for models whose latents are one plain vector."""
        model = replace(self, latents=blueprint.inputs)
        return model.generator(blueprint)

    def vector_discriminator(self, blueprint: Blueprint) -> nn.Module:
        raise NotImplementedError

    def translator(self, blueprint: Blueprint) -> nn.Module:
        raise NotImplementedError

    def mapper(self, blueprint: Blueprint) -> nn.Module:
        raise NotImplementedError

    def grow(self, networks: dict[str, "Replicas"], progress: float) -> None:
        """Before each round: lets networks grow with the share of the budget that is done, in [0, 1]."""

    def shown(self, real: Tensor) -> Tensor:
        """What the discriminator is shown of real samples `[R, B, ...]`; not the samples while growing."""
        return real

    def draw(self, random: Streams, purpose: str, count: int) -> Tensor:
        """Latents `[R, count, latents]`."""
        if self.latent == "normal":
            return random.normal(purpose, (count, self.latents))
        return random.uniform(purpose, (count, self.latents)).mul(2).sub(1)
