"""One generator against one discriminator."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from torch import Tensor, nn

from gbench.api import Batch, Game, Model, Play, Stage, Streams, Turn
from gbench_games._judgement import judge


@dataclass(kw_only=True)
class Adversarial(Game):
    """The two-player game: the discriminator tells real from generated samples, the generator deceives it.

    The loss says what each player minimises; regularizers change what the discriminator sees and
    add penalties.
    """

    paper: ClassVar[str] = "Goodfellow et al. 2014, Generative adversarial nets, arXiv:1406.2661"
    needs: ClassVar[tuple[str, ...]] = ("real",)
    uses: ClassVar[tuple[str, ...]] = ("model", "loss")
    turn_names: ClassVar[tuple[str, ...]] = ("discriminator", "generator")

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

    def given(self, batch: Batch) -> tuple[Tensor, ...]:
        """What both networks are told beside latents and samples: nothing here."""
        return ()

    def discriminate(self, stage: Stage, batch: Batch) -> Play:
        """The discriminator's turn."""
        given = self.given(batch)
        real = stage.perturb(stage.model.prepare(batch["real"])).detach().requires_grad_()
        fake = stage.perturb(stage.given(stage.networks["generator"], batch["latent"], *given))
        if not stage.coupled:
            fake = fake.detach().requires_grad_()
        judgement = judge(stage, real, fake, given)
        assert judgement.real is not None
        return Play(
            objective=stage.loss.discriminator(judgement.real, judgement.fake),
            score=judgement.score,
            features=judgement.features,
            random=stage.random,
            real=real,
            fake=fake,
            real_scores=judgement.real_scores,
            fake_scores=judgement.fake_scores,
        )

    def generate(self, stage: Stage, batch: Batch) -> Play:
        """The generator's turn."""
        given = self.given(batch)
        fake = stage.perturb(stage.networks["generator"](batch["latent"], *given))
        paired = stage.pairs("generator")
        real = stage.perturb(stage.model.prepare(batch["real"])) if paired else None
        judgement = judge(stage, real if stage.loss.paired else None, fake, given)
        scored = stage.loss.takes != "features"
        return Play(
            objective=stage.loss.generator(
                judgement.real, stage.weigh(judgement.fake) if scored else judgement.fake
            ),
            score=judgement.score,
            features=judgement.features,
            random=stage.random,
            real=real,
            fake=fake,
        )

    def sample(self, stage: Stage, random: Streams, count: int) -> Tensor:
        return stage.networks["generator"](stage.model.draw(random, "latent", count))

    def judge(self, stage: Stage, samples: Tensor) -> Tensor | None:
        shape = tuple(samples.shape[2:])
        if any(regularizer.shape_seen(shape) != shape for regularizer in stage.regularizers):
            return None
        return stage.networks["discriminator"](samples)
