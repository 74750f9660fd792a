"""One generator against one discriminator."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from torch import Tensor, nn

from gbench.api import Batch, Game, Model, Play, Stage, Streams, Turn


@dataclass(kw_only=True)
class Adversarial(Game):
    """The two-player game: the discriminator tells real from generated samples, the generator deceives it.

    The loss says what each player minimises; regularizers change what the discriminator sees and
    add penalties.
    """

    paper: ClassVar[str] = "Goodfellow et al. 2014, Generative adversarial nets, arXiv:1406.2661"
    needs: ClassVar[tuple[str, ...]] = ("real",)
    uses: ClassVar[tuple[str, ...]] = ("model", "loss")
    turns_named: ClassVar[tuple[str, ...]] = ("discriminator", "generator")

    def networks(
        self, model: Model, shape: tuple[int, ...], classes: int | None, replica: int
    ) -> dict[str, nn.Module]:
        return model.networks(shape, classes)

    def turns(self, stage: Stage) -> list[Turn]:
        return [
            Turn("discriminator", ("discriminator",), partial(self.discriminate, stage)),
            Turn("generator", ("generator",), partial(self.generate, stage)),
        ]

    def draws(self, stage: Stage, data: Callable[[str], Tensor]) -> dict[str, Callable[[], Tensor]]:
        return {
            "real": lambda: data("real"),
            "latent": lambda: stage.model.draw(stage.random, "latent", stage.batch_size),
        }

    def discriminate(self, stage: Stage, batch: Batch) -> Play:
        """The discriminator's turn."""
        score = stage.networks["discriminator"]
        real = stage.perturb(batch["real"]).detach().requires_grad_()
        fake = stage.perturb(stage.given(stage.networks["generator"], batch["latent"]))
        if not stage.coupled:
            fake = fake.detach().requires_grad_()
        real_scores, fake_scores = score(real), score(fake)
        return Play(
            objective=stage.loss.discriminator(real_scores, fake_scores),
            score=score,
            random=stage.random,
            real=real,
            fake=fake,
            real_scores=real_scores,
            fake_scores=fake_scores,
        )

    def generate(self, stage: Stage, batch: Batch) -> Play:
        """The generator's turn."""
        score = stage.networks["discriminator"]
        fake = stage.perturb(stage.networks["generator"](batch["latent"]))
        real = stage.perturb(batch["real"]) if stage.loss.paired else None
        real_scores = score(real) if real is not None else None
        fake_scores = score(fake)
        return Play(
            objective=stage.loss.generator(real_scores, fake_scores),
            score=score,
            random=stage.random,
            real=real,
            fake=fake,
        )

    def sample(self, stage: Stage, random: Streams, count: int) -> Tensor:
        return stage.networks["generator"](stage.model.draw(random, "latent", count))
