"""Steps of torch's optimizers as functions that can be differentiated."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from gbench.api import Player

State = dict[str, Tensor]
Step = Callable[[Tensor, Tensor, State, dict[str, Any]], tuple[Tensor, State]]


def current_states(player: Player) -> list[State]:
    """What the player's optimizer remembers of each parameter; zeros before its first step."""
    return [dict(player.optimizer.state.get(p, {})) for p in player.parameters]


def ahead(
    player: Player, parameters: list[Tensor], gradients: list[Tensor], states: list[State]
) -> tuple[list[Tensor], list[State]]:
    """Where the player's optimizer would take the parameters, and what it would remember then."""
    step, [group] = STEPS[type(player.optimizer)], player.optimizer.param_groups
    moves = zip(parameters, gradients, states, strict=True)
    moved = [step(p, g + group["weight_decay"] * p, state, group) for p, g, state in moves]
    return [p for p, _ in moved], [state for _, state in moved]


def adam(p: Tensor, g: Tensor, state: State, group: dict[str, Any]) -> tuple[Tensor, State]:
    """Kingma and Ba 2015, algorithm 1."""
    (beta1, beta2), zeros = group["betas"], torch.zeros_like(g)
    count = state.get("step", g.new_zeros(())) + 1
    first = beta1 * state.get("exp_avg", zeros) + (1 - beta1) * g
    second = beta2 * state.get("exp_avg_sq", zeros) + (1 - beta2) * g.square()
    size = group["lr"] / (1 - beta1**count)
    scale = root(second) / (1 - beta2**count).sqrt() + group["eps"]
    return p - size * first / scale, {"step": count, "exp_avg": first, "exp_avg_sq": second}


def rmsprop(p: Tensor, g: Tensor, state: State, group: dict[str, Any]) -> tuple[Tensor, State]:
    """Tieleman and Hinton 2012, lecture 6.5; torch's momentum gathers the scaled gradients."""
    zeros = torch.zeros_like(g)
    square = group["alpha"] * state.get("square_avg", zeros) + (1 - group["alpha"]) * g.square()
    scaled = g / (root(square) + group["eps"])
    buffer = group["momentum"] * state.get("momentum_buffer", zeros) + scaled
    return p - group["lr"] * buffer, {"square_avg": square, "momentum_buffer": buffer}


def sgd(p: Tensor, g: Tensor, state: State, group: dict[str, Any]) -> tuple[Tensor, State]:
    """Gradient descent with momentum, Nesterov's if asked for."""
    former = state.get("momentum_buffer")
    buffer = g if former is None else group["momentum"] * former + g
    direction = g + group["momentum"] * buffer if group["nesterov"] else buffer
    return p - group["lr"] * direction, {"momentum_buffer": buffer}


def root(square: Tensor) -> Tensor:
    """√x whose derivative at 0 is 0, where a unit is dead, and not infinite."""
    positive = square > 0
    return torch.where(positive, square, 1).sqrt() * positive


STEPS: dict[type[torch.optim.Optimizer], Step] = {
    torch.optim.Adam: adam,
    torch.optim.RMSprop: rmsprop,
    torch.optim.SGD: sgd,
}
