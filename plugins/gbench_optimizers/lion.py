"""Lion: steps of one size, along the sign of a mean of gradients."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Optimizer, State, option


@dataclass(kw_only=True)
class Lion(Optimizer):
    """θ ← θ − η (sign(β₁ m + (1 − β₁) g) + λθ)        m ← β₂ m + (1 − β₂) g

    No rule looks ahead through its steps: a sign's derivative is zero, so what another player does would
    seem to change nothing.
    """

    paper: ClassVar[str] = (
        "Chen et al. 2023, Symbolic discovery of optimization algorithms, algorithm 2, arXiv:2302.06675"
    )

    lr: float = option(1e-4, "η, size of a step; 3 to 10 times less than Adam's (Chen et al. 2023)", gt=0)
    betas: tuple[float, float] = option(
        (0.9, 0.99), "weight of the past in a step, and in what is remembered (Chen et al. 2023)", ge=0, lt=1
    )
    weight_decay: float = option(0.0, "λ, share of a parameter that is taken away, times η", ge=0)

    def move(
        self, parameter: Tensor, gradient: Tensor, state: State, normal: Callable[[], Tensor]
    ) -> tuple[Tensor, State]:
        beta1, beta2 = self.betas
        mean = state.get("exp_avg", torch.zeros_like(gradient))
        direction = (beta1 * mean + (1 - beta1) * gradient).sign()
        moved = parameter - self.lr * (direction + self.weight_decay * parameter)
        return moved, {"exp_avg": beta2 * mean + (1 - beta2) * gradient}
