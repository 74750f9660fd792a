"""Asks a model for the networks of one replica, as a game wants them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

from gbench.data.dataset import Data
from gbench.engine.blueprint import Blueprint
from gbench.engine.device import seeded
from gbench.engine.model import Model
from gbench.engine.seeds import derive
from gbench.errors import UserError

if TYPE_CHECKING:
    from gbench.engine.game import Game


@dataclass(frozen=True, kw_only=True)
class Builder:
    """What `Game.networks` is handed: `build("encoder")` is the network of that name in the game's roles."""

    game: "Game"
    model: Model
    data: Data

    shape_seen: Callable[[str, tuple[int, ...]], tuple[int, ...]]
    """The shape in which a network gets samples of a shape, as regularizers join them."""

    seed: int
    device: torch.device

    @property
    def latents(self) -> int:
        """Numbers in the model's latent vector."""
        return self.model.latents

    def single(self, network: str, *, size: int | None = None) -> nn.Module:
        """A network that the game asks about single samples; UserError where regularizers join them."""
        shape = self.data.shape_of("real")
        if self.shape_seen(network, shape) != shape:
            raise UserError(
                f"game {self.game.name} asks its {network} about single samples; "
                "drop the regularizer that joins them, such as packing"
            )
        return self(network, size=size)

    def __call__(
        self,
        network: str,
        *,
        field: str = "real",
        source: str | None = None,
        size: int | None = None,
        inputs: int | None = None,
    ) -> nn.Module:
        """The network, seeded by its name, so that none depends on which others the game has.

        field: of the data set, whose samples the network makes or judges.
        source: the field that a translator is given.
        size, inputs: as in `Blueprint`; by default the model's latents.
        """
        blueprint = Blueprint(
            shape=self.shape_seen(network, self.data.shape_of(field)),
            told=self.game.told(self.data),
            size=size or self.latents,
            inputs=inputs or self.latents,
            source=None if source is None else self.data.shape_of(source),
        )
        with seeded(derive(self.seed, "init", network), self.device):
            return self.model.network(self.game.roles[network], blueprint)
