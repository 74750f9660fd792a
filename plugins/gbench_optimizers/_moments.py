"""Steps by the moments of a parameter's gradient, as Adam takes them."""

import torch
from torch import Tensor

from gbench.api import State


def root(square: Tensor) -> Tensor:
    """√x whose derivative at 0 is 0, where a unit is dead, and not infinite."""
    positive = square > 0
    return torch.where(positive, square, 1).sqrt() * positive


def counted(state: State, gradient: Tensor) -> Tensor:
    """The number of the step that is taken now, from 1; all replicas share it."""
    return state.get("step", gradient.new_zeros(())).to(gradient) + 1  # torch counts in float32


def adam_step(
    parameter: Tensor,
    gradient: Tensor,
    state: State,
    *,
    lr: float,
    betas: tuple[float, float],
    eps: float,
) -> tuple[Tensor, State]:
    """Kingma and Ba 2015, algorithm 1, with torch's names for what is remembered."""
    (beta1, beta2), zeros = betas, torch.zeros_like(gradient)
    count = counted(state, gradient)
    first = beta1 * state.get("exp_avg", zeros) + (1 - beta1) * gradient
    second = beta2 * state.get("exp_avg_sq", zeros) + (1 - beta2) * gradient.square()
    size = lr / (1 - beta1**count)
    scale = root(second) / (1 - beta2**count).sqrt() + eps
    return parameter - size * first / scale, {"step": count, "exp_avg": first, "exp_avg_sq": second}
