"""Games of a few lines that no plugin provides, and cohorts that play them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import torch
from torch import Tensor

from gbench.api import Batch, Game, Play, Stage, Turn
from gbench.engine.cohort import Cohort
from gbench.plugins import Registry, load_registry
from gbench.testing import make_recipe, points

CPU = torch.device("cpu")


class Playing:
    """The installed components, but one game that is not among them."""

    def __init__(self, game: Game):
        self.game = game
        self.registry: Registry = load_registry()

    def create(self, choice: dict[str, Any], kind: str) -> Any:
        return self.game if kind == "game" else self.registry.create(choice, kind)


def playing(game: Game, replicas: int = 3, mode: str = "auto", **changes: Any) -> Cohort:
    """A cohort of that game on points of a circle."""
    registry: Any = Playing(game)
    return Cohort(make_recipe(**changes), points(), range(replicas), registry, CPU, mode)


def parameters(cohort: Cohort, replica: int | slice = slice(None)) -> dict[str, Tensor]:
    """Copies of all parameters, of one replica or of all."""
    return {
        f"{network}.{name}": value.detach()[replica].clone()
        for network, replicas in cohort.networks.items()
        for name, value in replicas.parameters.items()
    }


@dataclass(kw_only=True)
class Pair(Game):
    """The adversarial game, whose turns a test may change."""

    needs: ClassVar[tuple[str, ...]] = ("real",)
    uses: ClassVar[tuple[str, ...]] = ("model", "loss")
    turn_names: ClassVar[tuple[str, ...]] = ("discriminator", "generator")
    roles: ClassVar[dict[str, str]] = {"generator": "generator", "discriminator": "discriminator"}

    def __post_init__(self) -> None:
        self.name = "pair"

    def turns(self, stage: Stage) -> Sequence[Turn]:
        return [
            Turn("discriminator", ("discriminator",), partial(self.discriminator_turn, stage)),
            Turn("generator", ("generator",), partial(self.generator_turn, stage)),
        ]

    def draws(self, stage: Stage, data: Callable[[str], Tensor]) -> dict[str, Callable[[], Tensor]]:
        return {
            "real": lambda: data("real"),
            "latent": lambda: stage.model.draw(stage.random, "latent", stage.batch_size),
        }

    def discriminator_turn(self, stage: Stage, batch: Batch) -> Play:
        look = stage.look(batch["real"], stage.frozen("generator", batch["latent"]))
        return Play(look.discriminator(), {"discriminator": look})

    def generator_turn(self, stage: Stage, batch: Batch) -> Play:
        look = stage.look(batch.later("real"), stage.networks["generator"](batch["latent"]))
        return Play(look.generator(), {"discriminator": look})


@dataclass(kw_only=True)
class TwoCritics(Pair):
    """One generator against two discriminators, which move in one turn."""

    roles: ClassVar[dict[str, str]] = {
        "generator": "generator",
        "discriminator": "discriminator",
        "second": "discriminator",
    }

    def turns(self, stage: Stage) -> Sequence[Turn]:
        return [
            Turn("discriminator", ("discriminator", "second"), partial(self.discriminator_turn, stage)),
            Turn("generator", ("generator",), partial(self.generator_turn, stage)),
        ]

    def discriminator_turn(self, stage: Stage, batch: Batch) -> Play:
        fake = stage.frozen("generator", batch["latent"])
        looks = {by: stage.look(batch["real"], fake, by=by) for by in ("discriminator", "second")}
        return Play(torch.stack([look.discriminator() for look in looks.values()]).mean(0), looks)

    def generator_turn(self, stage: Stage, batch: Batch) -> Play:
        fake = stage.networks["generator"](batch["latent"])
        looks = {by: stage.look(batch.later("real"), fake, by=by) for by in ("discriminator", "second")}
        return Play(torch.stack([look.generator() for look in looks.values()]).mean(0), looks)


@dataclass(kw_only=True)
class Blind(Pair):
    """A game that asks networks past the stage, so that no component hears of it."""

    def discriminator_turn(self, stage: Stage, batch: Batch) -> Play:
        judge = stage.networks["discriminator"]
        fake = stage.frozen("generator", batch["latent"])
        return Play((judge(fake) - judge(batch["real"])).mean(-1))

    def generator_turn(self, stage: Stage, batch: Batch) -> Play:
        fake = stage.networks["generator"](batch["latent"])
        return Play(-stage.networks["discriminator"](fake).mean(-1))
