"""One generator against one discriminator."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Batch, Game, Play, Stage


@dataclass(kw_only=True)
class Adversarial(Game):
    """The two-player game: the discriminator tells real from generated samples, the generator deceives it.

    The loss says what each player minimises; regularizers change what the discriminator sees and
    add penalties.
    """

    paper: ClassVar[str] = "Goodfellow et al. 2014, Generative adversarial nets, arXiv:1406.2661"
    moves: ClassVar[dict[str, tuple[str, ...]]] = {
        "discriminator": ("discriminator",),
        "generator": ("generator",),
    }
    roles: ClassVar[dict[str, str]] = {"generator": "generator", "discriminator": "discriminator"}

    def telling(self, batch: Batch) -> tuple[Tensor, ...]:
        """What both networks are told beside latents and samples: nothing here."""
        return ()

    def discriminator_turn(self, stage: Stage, batch: Batch) -> Play:
        """The discriminator's turn."""
        fake = stage.frozen("generator", batch["latent"], *self.telling(batch))
        look = stage.look(batch["real"], fake, told=self.telling(batch))
        return Play(look.discriminator(), {"discriminator": look})

    def generator_turn(self, stage: Stage, batch: Batch) -> Play:
        """The generator's turn."""
        fake = stage.run("generator", batch["latent"], *self.telling(batch))
        look = stage.look(batch.later("real"), fake, told=self.telling(batch))
        return Play(look.generator(), {"discriminator": look})
