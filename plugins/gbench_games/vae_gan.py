"""VAE-GAN: a variational autoencoder whose reconstruction error is taken in the discriminator's features."""

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gbench.api import Batch, Builder, Game, Gaussian, Look, Play, Stage, option

BALANCE = 0.68  # the losses of a discriminator that cannot decide are log 2; the authors' code has 0.68


@dataclass(kw_only=True)
class VaeGan(Game):
    """E gives a Gaussian q of codes, G decodes, D tells x from G(z) and from reconstructions G(q(x)).

        encoder         KL(q(x) ‖ N(0, I)) + ½ ‖f(G(q(x))) − f(x)‖²        f: D's features
        discriminator   loss(D(x), D(fake))                                fake: G(z) and G(q(x)), half each
        generator       γ ½ ‖f(G(q(x))) − f(x)‖² + (1 − γ) loss(D(fake))

    No gradient of the reconstruction reaches D, none of the adversary's E. Norms are sums over features, so γ
    depends on their number. A gate lets D rest in a replica where one of its two losses is below 0.68 − m,
    and G where one is above 0.68 + m; where both would rest, both move. Curves: `reconstruction`,
    `divergence`.

    On digits, with 256 features and γ = 0.1, 3000 rounds reach a `reconstruction-ratio` of 0.50, and 84 % of
    test digits keep their class.
    """

    paper: ClassVar[str] = (
        "Larsen et al. 2016, Autoencoding beyond pixels using a learned similarity metric, arXiv:1512.09300"
    )
    roles: ClassVar[dict[str, str]] = {
        "generator": "decoder",
        "encoder": "encoder",
        "discriminator": "discriminator",
    }
    moves: ClassVar[dict[str, tuple[str, ...]]] = {
        "encoder": ("encoder",),
        "discriminator": ("discriminator",),
        "generator": ("generator",),
    }
    answers: ClassVar[tuple[str, ...]] = ("encode", "reconstruct")

    gamma: float = option(1e-6, "γ (the authors' script for CelebA)", ge=0, le=1)
    margin: float | None = option(0.35, "m of the gate (the authors' script for CelebA); null: no gate", ge=0)

    def networks(self, build: Builder) -> dict[str, nn.Module]:
        return {
            "generator": build("generator"),
            "encoder": build("encoder", size=2 * build.latents),
            "discriminator": build.single("discriminator"),
        }

    def encoder_turn(self, stage: Stage, batch: Batch) -> Play:
        code = Gaussian.of(stage.run("encoder", batch["real"]))
        decoded = stage.run("generator", code.draw(stage.random, "posterior"))
        divergence, error = code.divergence(), self.error(stage, decoded, batch["real"])
        return Play(divergence + error, curves={"divergence": divergence, "reconstruction": error})

    def discriminator_turn(self, stage: Stage, batch: Batch) -> Play:
        fake = [stage.frozen("generator", z) for z in self.codes(stage, batch)]
        look = self.look(stage, batch["real"], fake)
        return Play(look.discriminator(), {"discriminator": look}, moves=self.gates(look)[0])

    def generator_turn(self, stage: Stage, batch: Batch) -> Play:
        fake = [stage.run("generator", z) for z in self.codes(stage, batch)]
        look = self.look(stage, batch["real"], fake)
        error = self.error(stage, fake[1], batch["real"])
        objective = self.gamma * error + (1 - self.gamma) * look.generator()
        return Play(objective, {"discriminator": look}, moves=self.gates(look)[1])

    def codes(self, stage: Stage, batch: Batch) -> tuple[Tensor, Tensor]:
        """z of the prior, and codes of the real samples from an encoder that rests."""
        posterior = Gaussian.of(stage.frozen("encoder", batch["real"]))
        return batch["latent"], posterior.draw(stage.random, "posterior")

    def look(self, stage: Stage, x: Tensor, fake: list[Tensor]) -> Look:
        """At both kinds of generated samples, with as many real ones beside them."""
        return stage.look(torch.cat([x, x], 1), torch.cat(fake, 1))

    def error(self, stage: Stage, decoded: Tensor, x: Tensor) -> Tensor:
        """½ ‖f(decoded) − f(x)‖², `[R]`."""
        first = stage.run("discriminator", decoded, method="features")
        second = stage.run("discriminator", x, method="features")
        return (first - second).flatten(2).square().sum(-1).mean(-1) / 2

    def gates(self, look: Look) -> tuple[Tensor, Tensor] | tuple[None, None]:
        if self.margin is None:
            return None, None
        losses = F.softplus(-look.real_scores).mean(-1), F.softplus(look.fake_scores).mean(-1)
        return gates(losses[0].detach(), losses[1].detach(), self.margin)

    def encode(self, stage: Stage, samples: Tensor) -> Tensor:
        """The means of q."""
        return Gaussian.of(stage.run("encoder", samples)).mean

    def reconstruct(self, stage: Stage, samples: Tensor) -> Tensor:
        return stage.run("generator", self.encode(stage, samples))


def gates(real: Tensor, fake: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    """Whether the discriminator and the generator move, `[R]` each, by the discriminator's two losses."""
    sure = (real < BALANCE - margin) | (fake < BALANCE - margin)
    lost = (real > BALANCE + margin) | (fake > BALANCE + margin)
    return ~sure | lost, ~lost | sure
