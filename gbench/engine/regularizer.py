"""The contract of regularizers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from torch import Tensor, nn

from gbench.engine.memory import Remembering
from gbench.engine.play import Play
from gbench.plugins.options import option

if TYPE_CHECKING:
    from gbench.engine.stage import Stage


@dataclass(kw_only=True)
class Regularizer(Remembering):
    """Acts on one network, in up to four places; each method is optional.

    Norms and other reductions are taken for each sample, over all its features, and for each
    replica; never over the batch or over `R`.
    """

    paper: ClassVar[str] = ""

    on: str = option("discriminator", "the network that it acts on, and the turn of that name")

    def wrap(self, network: nn.Module) -> nn.Module:
        """Changes the architecture of one replica's network before training; returns it."""
        return network

    def perturb(self, samples: Tensor, stage: "Stage") -> Tensor:
        """Changes what the discriminator sees, real and generated alike, `[R, B, ...]`."""
        return samples

    def penalty(self, play: Play) -> Tensor:
        """`[R]`, added to the objective of the turn named by `on`."""
        raise NotImplementedError

    def project(self, parameters: dict[str, Tensor]) -> None:
        """Changes the network's parameters `[R, ...]` in place after each update."""
        raise NotImplementedError

    def offers(self, method: str) -> bool:
        """Whether this regularizer acts in that place."""
        return getattr(type(self), method) is not getattr(Regularizer, method)
