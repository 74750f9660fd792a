"""Two-player zero-sum games as adversarial ones: a generated point against a discriminator linear in it."""

from collections.abc import Callable
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

    def equilibrium(self) -> Tensor:
        """x*, [d]."""
        raise NotImplementedError

    def draws(self, stage: Stage, data: Callable[[str], Tensor]) -> dict[str, Callable[[], Tensor]]:
        point = self.equilibrium().to(stage.random.device)
        shape = (stage.size, stage.batch_size)
        return {
            "real": lambda: point.expand(*shape, -1),
            "latent": lambda: point.new_zeros(*shape, 1),
        }

    def discriminate(self, stage: Stage, batch: Batch) -> Play:
        real = stage.perturb(batch["real"]).detach().requires_grad_()
        fake = stage.perturb(stage.given(stage.networks["generator"], batch["latent"]))
        if not stage.coupled:
            fake = fake.detach().requires_grad_()
        network = stage.networks["discriminator"]
        real_scores, fake_scores = network(real), network(fake)
        return Play(
            objective=(fake_scores - real_scores).mean(-1),
            score=network,
            random=stage.random,
            real=real,
            fake=fake,
            real_scores=real_scores,
            fake_scores=fake_scores,
        )

    def generate(self, stage: Stage, batch: Batch) -> Play:
        fake = stage.perturb(stage.networks["generator"](batch["latent"]))
        network = stage.networks["discriminator"]
        real = stage.perturb(batch["real"]) if stage.pairs("generator") else None
        return Play(
            objective=-stage.weigh(network(fake)).mean(-1),
            score=network,
            random=stage.random,
            real=real,
            fake=fake,
        )

    def sample(self, stage: Stage, random: Streams, count: int) -> Tensor:
        point = self.equilibrium().to(random.device)
        return stage.networks["generator"](point.new_zeros(len(random.seeds), count, 1))
