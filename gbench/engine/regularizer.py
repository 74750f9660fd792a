"""The contract of regularizers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from torch import Tensor, nn

from gbench.engine.play import Play
from gbench.engine.stateful import Stateful
from gbench.plugins.options import option

if TYPE_CHECKING:
    from gbench.engine.stage import Stage


@dataclass(kw_only=True)
class Regularizer(Stateful):
    """Acts on one network, in up to five places; each method is optional.

    `begin` may refuse what cannot work with a `UserError`, or `stage.note` what a user had better know.

    Norms and other reductions are taken for each sample, over all its features, and for each
    replica; never over the batch or over `R`.
    """

    paper: ClassVar[str] = ""
    paired: ClassVar[bool] = False
    """Whether its penalty on the generator looks at real samples too: `play.real` is None otherwise."""

    on: str = option("discriminator", "the network that it acts on, and the turn of that name")

    def wrap(self, network: nn.Module) -> nn.Module:
        """Changes the architecture of one replica's network before training; returns it."""
        return network

    def perturb(self, samples: Tensor, stage: "Stage") -> Tensor:
        """Changes what the discriminator sees, real and generated alike, `[R, B, ...]`."""
        return samples

    def shape_seen(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of one sample after `perturb`; the discriminator is built for it."""
        return shape

    def weigh(self, scores: Tensor, stage: "Stage") -> Tensor:
        """Changes which generated samples count in the generator's turn: their scores `[R, B]`."""
        return scores

    def penalty(self, play: Play) -> Tensor:
        """`[R]`, added to the objective of the turn named by `on`."""
        raise NotImplementedError

    def project(self, parameters: dict[str, Tensor]) -> None:
        """Changes the network's parameters `[R, ...]` in place after each update."""
        raise NotImplementedError

    def offers(self, method: str) -> bool:
        """Whether this regularizer acts in that place."""
        return getattr(type(self), method) is not getattr(Regularizer, method)
