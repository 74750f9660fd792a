"""The contract of regularizers."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn

from gbench.engine.look import Look
from gbench.engine.play import Play
from gbench.engine.setting import Setting
from gbench.engine.stateful import Stateful
from gbench.errors import UserError
from gbench.plugins.options import option

HOOKS = ("perturb", "weigh", "penalty", "project", "update")
"""The places in which a game or a rule may ask a regularizer; one that is never asked is refused."""


@dataclass(kw_only=True)
class Regularizer(Stateful):
    """Acts on one network, in up to seven places; each method is optional.

    Penalties are added in the turns that move the network. `begin` may refuse what cannot work, and
    `setting.note` what a user should know.

    Norms and other reductions are taken for each sample, over all its features, and for each
    replica; never over the batch or over `R`.
    """

    paper: ClassVar[str] = ""

    paired: ClassVar[bool] = False
    """Whether its penalty on a generator looks at real samples too: `look.real` is None otherwise."""

    on: str = option("discriminator", "the network that it acts on")
    turns: tuple[str, ...] | None = option(
        None, "the turns whose objectives get its penalty; by default those that move the network"
    )

    def wrap(self, network: nn.Module) -> nn.Module:
        """Changes the architecture of one replica's network before training; returns it."""
        return network

    def perturb(self, samples: Tensor, setting: Setting) -> Tensor:
        """Changes what the discriminator sees, real and generated alike, `[R, B, ...]`."""
        return samples

    def shape_seen(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of one sample after `perturb`; the discriminator is built for it."""
        return shape

    def weigh(self, scores: Tensor, setting: Setting) -> Tensor:
        """Changes which generated samples count in a generator's turn: their scores `[R, B]`."""
        return scores

    def penalty(self, play: Play) -> Tensor:
        """`[R]`, added to the objective of a turn that moves the network."""
        raise NotImplementedError

    def project(self, parameters: dict[str, Tensor]) -> None:
        """Changes the network's parameters `[R, ...]` in place after each update."""
        raise NotImplementedError

    def update(self, play: Play) -> None:
        """Changes `memory` after the step of a turn that moves the network."""
        raise NotImplementedError

    def offers(self, method: str) -> bool:
        """Whether this regularizer acts in that place."""
        return getattr(type(self), method) is not getattr(Regularizer, method)

    def look(self, play: Play) -> Look:
        """The look that it judges by: the one of its own network, or else the only one of the turn."""
        return play.look(self.on)

    def refuse(self, reason: str) -> UserError:
        """An error that names the regularizer: `raise self.refuse("needs images")`."""
        return UserError(f"{self.name} {reason}")
