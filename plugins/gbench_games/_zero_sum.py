"""Two-player zero-sum games as adversarial ones: a generated point against a discriminator linear in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Batch, Play, Stage, Streams
from gbench_games.adversarial import Adversarial


@dataclass(kw_only=True)
class ZeroSum(Adversarial):
    """The generator maximises D(x), the discriminator minimises it less D(x*), which is always 0.

    x* is the generator's part of the equilibrium. It takes the place of the data, so that regularizers find
    the two kinds of samples that they know.
    """

    needs: ClassVar[tuple[str, ...]] = ()
    uses: ClassVar[tuple[str, ...]] = ()
    roles: ClassVar[dict[str, str]] = {"generator": "own", "discriminator": "own"}

    def equilibrium(self) -> Tensor:
        """x*, [d]."""
        raise NotImplementedError

    def draws(self, stage: Stage, data: Callable[[str], Tensor]) -> dict[str, Callable[[], Tensor]]:
        point = self.equilibrium().to(stage.device)
        shape = (stage.size, stage.batch_size)
        return {
            "real": lambda: point.expand(*shape, -1),
            "latent": lambda: point.new_zeros(*shape, 1),
        }

    def discriminator_turn(self, stage: Stage, batch: Batch) -> Play:
        look = stage.look(batch["real"], stage.frozen("generator", batch["latent"]))
        return Play((look.fake_scores - look.real_scores).mean(-1), {"discriminator": look})

    def generator_turn(self, stage: Stage, batch: Batch) -> Play:
        look = stage.look(batch.later("real"), stage.networks["generator"](batch["latent"]))
        return Play(-look.weigh(look.fake_scores).mean(-1), {"discriminator": look})

    def inputs(self, stage: Stage, random: Streams, count: int) -> Mapping[str, Tensor]:
        point = self.equilibrium().to(random.device)
        return {"latent": point.new_zeros(len(random.seeds), count, 1)}
