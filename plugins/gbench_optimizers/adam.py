"""Adam: the gradient's mean over the root of its mean square, both without their bias towards zero."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Optimizer, State, option
from gbench_optimizers._moments import adam_step


@dataclass(kw_only=True)
class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²        θ ← θ − η m̂ / (√v̂ + ε)

    with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ). `weight_decay` λ is an L2 penalty: λθ is added to the
    gradient. Training takes torch's fused steps.
    """

    paper: ClassVar[str] = (
        "Kingma and Ba 2015, Adam: a method for stochastic optimization, algorithm 1, arXiv:1412.6980"
    )

    lr: float = option(1e-3, "η, learning rate (torch's default)", gt=0)
    betas: tuple[float, float] = option((0.9, 0.999), "decay of the gradient's two moments", ge=0, lt=1)
    eps: float = option(1e-8, "ε, added to the denominator", ge=0)
    weight_decay: float = option(0.0, "L2 penalty", ge=0)

    def build(self, parameters: list[Tensor]) -> torch.optim.Optimizer:
        return torch.optim.Adam(parameters, fused=True)

    def ahead(self, parameter: Tensor, gradient: Tensor, state: State) -> tuple[Tensor, State]:
        gradient = gradient + self.weight_decay * parameter
        return adam_step(parameter, gradient, state, lr=self.lr, betas=self.betas, eps=self.eps)
