"""The contract of games: networks, and the turns in which they move."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn

from gbench.engine.batch import Batch
from gbench.engine.model import Model
from gbench.engine.play import Play
from gbench.engine.stage import Stage
from gbench.engine.stateful import Stateful
from gbench.engine.streams import Streams


@dataclass(frozen=True)
class Turn:
    """The networks that move together, and the objective that they minimise."""

    name: str
    moves: tuple[str, ...]
    play: Callable[[Batch], Play]


@dataclass(kw_only=True)
class Game(Stateful):
    """A set of networks and a list of turns.

    needs: fields of the data set's batches; empty for a game without data.
    uses: which of `model` and `loss` it takes.
    passes: what it passes to the model's networks beside latents and samples, such as `label`.
    turn_names: the names of its turns, each of which has an optimizer.
    """

    paper: ClassVar[str] = ""
    needs: ClassVar[tuple[str, ...]] = ()
    uses: ClassVar[tuple[str, ...]] = ()
    passes: ClassVar[tuple[str, ...]] = ()
    turn_names: ClassVar[tuple[str, ...]] = ()

    def networks(
        self, model: Model, shape: tuple[int, ...], classes: int | None, replica: int
    ) -> dict[str, nn.Module]:
        """The networks of one replica; the caller has seeded torch's generator."""
        raise NotImplementedError

    def turns(self, stage: Stage) -> list[Turn]:
        raise NotImplementedError

    def draws(self, stage: Stage, data: Callable[[str], Tensor]) -> dict[str, Callable[[], Tensor]]:
        """How each field of a batch is drawn; `data(field)` gives a field of the data set."""
        return {}

    def sample(self, stage: Stage, random: Streams, count: int) -> Tensor:
        """Generated samples `[R, count, *shape]`, for metrics and pictures."""
        raise NotImplementedError

    def labelled(self, stage: Stage, random: Streams, count: int) -> tuple[Tensor, Tensor | None]:
        """What `sample` gives, and the classes `[R, count]` that were asked for, where the game asks."""
        return self.sample(stage, random, count), None

    def judge(self, stage: Stage, samples: Tensor) -> Tensor | None:
        """The discriminator's scores `[R, N]` of any samples `[R, N, *shape]`, for metrics, or None."""
        return None

    def sampler(self) -> str:
        """The network that generates samples, and whose average is kept."""
        return "generator"
