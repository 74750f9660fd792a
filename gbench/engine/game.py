"""The contract of games: networks, and the turns in which they move."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from torch import Tensor, nn

from gbench.data.dataset import Data
from gbench.engine.batch import Batch
from gbench.engine.blueprint import OWN
from gbench.engine.builder import Builder
from gbench.engine.play import Play
from gbench.engine.setting import Setting
from gbench.engine.stage import Stage
from gbench.engine.stateful import Stateful
from gbench.engine.streams import Streams

VERBS = ("encode", "reconstruct", "translate", "classify", "score")
"""What a game may do beside sampling; each is a method."""


def always(progress: float) -> bool:
    """A turn of every round."""
    return True


@dataclass(frozen=True)
class Turn:
    """The networks that move together, and the objective that they minimise."""

    name: str
    """A key of the game's `moves`; the turn's optimizer has it too."""

    moves: tuple[str, ...]
    """Networks, or parts of them: `discriminator` or `discriminator.recogniser`."""

    play: Callable[[Batch], Play]

    active: Callable[[float], bool] = always
    """Whether the turn is taken when that share of the budget is done, for games of several phases."""


@dataclass(kw_only=True)
class Game(Stateful):
    """A set of networks and a list of turns.

    `turns`, and what each of them plays, change nothing but through the `Play` that they return.
    """

    paper: ClassVar[str] = ""

    needs: ClassVar[tuple[str, ...]] = ("real",)
    """Fields of the data set's batches; empty for a game without data."""

    uses: ClassVar[tuple[str, ...]] = ("model", "loss")
    """Which of `model` and `loss` it takes."""

    passes: ClassVar[tuple[str, ...]] = ()
    """What it tells the model's networks beside latents and samples, such as `label`."""

    moves: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Its turns in their order, each with the networks, or parts of them, that move in it.

    The turn `source-discriminator` is played by the method `source_discriminator_turn`; each turn has an
    optimizer.
    """

    roles: ClassVar[dict[str, str]] = {}
    """Its networks, each with the role that the model builds it for; `own`: the game builds it itself."""

    samplers: ClassVar[tuple[str, ...]] = ("generator",)
    """The networks that make samples, of which `ema` keeps averages."""

    answers: ClassVar[tuple[str, ...]] = ()
    """Which of `VERBS` it has, for metrics that ask."""

    def told(self, data: Data) -> dict[str, int]:
        """What it tells networks beside their input: the number of classes, or the length of a vector."""
        return dict.fromkeys(self.passes, data.classes or 0)

    def networks(self, build: Builder) -> dict[str, nn.Module]:
        """The networks of one replica, built by the model where it has a role for them."""
        return {network: build(network) for network in self.roles}

    def turns(self, stage: Stage) -> Sequence[Turn]:
        """The turns of `moves`; a game of several phases says here when each is active."""
        return [
            Turn(name, moves, partial(getattr(self, f"{name.replace('-', '_')}_turn"), stage))
            for name, moves in self.moves.items()
        ]

    def draws(self, stage: Stage, data: Callable[[str], Tensor]) -> dict[str, Callable[[], Tensor]]:
        """How each field of a batch is drawn; `data(field)` gives a field of the data set."""
        fields = {field: partial(data, field) for field in self.needs}
        return {**fields, "latent": lambda: stage.model.draw(stage.random, "latent", stage.batch_size)}

    def inputs(self, stage: Stage, random: Streams, count: int) -> Mapping[str, Tensor]:
        """What `count` samples are made of, `[R, count, ...]` each: latents, labels, codes, source images."""
        return {"latent": stage.model.draw(random, "latent", count)}

    def generate(self, stage: Stage, inputs: Mapping[str, Tensor]) -> Tensor:
        """Samples `[R, N, *shape]` of such inputs, for metrics and pictures."""
        return stage.run(self.samplers[0], *inputs.values())

    def encode(self, stage: Stage, samples: Tensor) -> Tensor | None:
        """Codes `[R, N, k]` of samples `[R, N, *shape]`, or None in a game that infers none."""
        return None

    def reconstruct(self, stage: Stage, samples: Tensor) -> Tensor | None:
        """What is left of samples after they have been encoded and generated again, or None."""
        return None

    def translate(self, stage: Stage, samples: Tensor) -> Tensor | None:
        """Samples of the field `source`, `[R, N, ...]`, as samples of `real`, or None."""
        return None

    def classify(self, stage: Stage, samples: Tensor) -> Tensor | None:
        """Scores `[R, N, K]` of the classes that the game tells apart, or None."""
        return None

    def score(self, stage: Stage, samples: Tensor) -> Tensor | None:
        """How unlike the training data samples are, `[R, N]`, higher for stranger ones, or None."""
        return None

    def scores_of(self, stage: Stage, samples: Tensor) -> Tensor | None:
        """The discriminator's scores `[R, N]` of any samples `[R, N, *shape]`, for metrics.

        None where it is told more than samples, or sees several at once.
        """
        role, shape = self.roles.get("discriminator"), tuple(samples.shape[2:])
        joined = any(regularizer.shape_seen(shape) != shape for regularizer in stage.regularizers)
        if self.passes or joined or role not in ("discriminator", "recogniser", OWN):
            return None
        return stage.run("discriminator", samples)

    def update(self, setting: Setting, play: Play) -> None:
        """Keeps what the turn wants remembered, after its step."""
        for name, value in play.memory.items():
            self.memory[name].copy_(value)
