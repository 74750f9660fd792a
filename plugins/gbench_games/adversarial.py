"""One generator against one discriminator."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from torch import Tensor

from gbench.api import Batch, Game, Play, Stage, Streams, Turn


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
    roles: ClassVar[dict[str, str]] = {"generator": "generator", "discriminator": "discriminator"}

    def turns(self, stage: Stage) -> Sequence[Turn]:
        return [
            Turn("discriminator", ("discriminator",), partial(self.discriminate, stage)),
            Turn("generator", ("generator",), partial(self.deceive, stage)),
        ]

    def draws(self, stage: Stage, data: Callable[[str], Tensor]) -> dict[str, Callable[[], Tensor]]:
        return {
            "real": lambda: data("real"),
            "latent": lambda: stage.model.draw(stage.random, "latent", stage.batch_size),
        }

    def telling(self, batch: Batch) -> tuple[Tensor, ...]:
        """What both networks are told beside latents and samples: nothing here."""
        return ()

    def discriminate(self, stage: Stage, batch: Batch) -> Play:
        """The discriminator's turn."""
        fake = stage.frozen("generator", batch["latent"], *self.telling(batch))
        look = stage.look(batch["real"], fake, told=self.telling(batch))
        return Play(look.discriminator(), {"discriminator": look})

    def deceive(self, stage: Stage, batch: Batch) -> Play:
        """The generator's turn."""
        fake = stage.networks["generator"](batch["latent"], *self.telling(batch))
        look = stage.look(batch.later("real"), fake, told=self.telling(batch))
        return Play(look.generator(), {"discriminator": look})

    def inputs(self, stage: Stage, random: Streams, count: int) -> Mapping[str, Tensor]:
        return {"latent": stage.model.draw(random, "latent", count)}

    def generate(self, stage: Stage, inputs: Mapping[str, Tensor]) -> Tensor:
        return stage.networks["generator"](*inputs.values())

    def scores_of(self, stage: Stage, samples: Tensor) -> Tensor | None:
        shape = tuple(samples.shape[2:])
        if any(regularizer.shape_seen(shape) != shape for regularizer in stage.regularizers):
            return None
        return stage.networks["discriminator"](samples)
