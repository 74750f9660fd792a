"""Small networks on the ring in float64, and their parameters as vectors."""

from typing import Any

import torch
from torch import Tensor

from gbench.engine.batch import Batch
from gbench.engine.cohort import Cohort
from gbench.engine.player import Player
from gbench.testing import make_cohort, make_recipe, use

DESCENT = use("optimizer", "sgd", lr=1.0)  # its step is the gradient
REPLICAS = 2


def small(rule: str, optimizers: dict[str, Any] | None = None, mode: str = "auto", **options: Any) -> Cohort:
    """Two replicas of smooth networks under the minimax loss; by default their steps are the gradients."""
    recipe = make_recipe(
        model=use("model", "mlp", latents=2, width=4, depth=1, activation="tanh"),
        loss=use("loss", "minimax"),
        rule=use("rule", rule, **options),
        optimizers=optimizers or {"discriminator": DESCENT, "generator": DESCENT},
    )
    return make_cohort(recipe, replicas=range(REPLICAS), mode=mode)


def vector(player: Player) -> Tensor:
    """All its parameters as `[R, P]`, a copy."""
    return flat(player.parameters).clone()


def flat(tensors: list[Tensor]) -> Tensor:
    """Tensors `[R, ...]` as one `[R, P]`."""
    return torch.cat([tensor.detach().flatten(1) for tensor in tensors], dim=1)


def put(player: Player, values: Tensor) -> None:
    """Puts its parameters at `[R, P]`."""
    sizes = [p[0].numel() for p in player.parameters]
    parts = values.split(sizes, dim=1)
    player.put([part.view_as(p) for part, p in zip(parts, player.parameters, strict=True)])


def play(cohort: Cohort, batch: Batch) -> dict[str, Tensor]:
    """One round on a batch: by how much each player moved, `[R, P]`."""
    before = {player.name: vector(player) for player in cohort.players}
    cohort.rule.round(cohort.players, lambda: batch)
    return {player.name: vector(player) - before[player.name] for player in cohort.players}


def direction(like: Tensor, seed: int) -> Tensor:
    """A random direction for each replica, `[R, P]`, of length 1."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randn(like.shape, generator=generator, dtype=like.dtype)
    return drawn / drawn.norm(dim=1, keepdim=True)
