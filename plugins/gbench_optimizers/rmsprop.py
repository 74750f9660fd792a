"""RMSProp: the gradient over the root of its mean square."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Optimizer, State, option
from gbench_optimizers._moments import root


@dataclass(kw_only=True)
class RMSProp(Optimizer):
    """v ← α v + (1 − α) g²        b ← μ b + g / (√v + ε)        θ ← θ − η b

    The momentum μ gathers the scaled gradients, as in torch. `weight_decay` is an L2 penalty.
    """

    paper: ClassVar[str] = "Tieleman and Hinton 2012, Neural networks for machine learning, lecture 6.5"

    lr: float = option(1e-2, "η, learning rate (torch's default)", gt=0)
    alpha: float = option(0.99, "decay of the squared gradient's mean", ge=0, lt=1)
    eps: float = option(1e-8, "ε, added to the denominator", ge=0)
    momentum: float = option(0.0, "μ, momentum", ge=0)
    weight_decay: float = option(0.0, "L2 penalty", ge=0)

    def build(self, parameters: list[Tensor]) -> torch.optim.Optimizer:
        return torch.optim.RMSprop(parameters)

    def ahead(self, parameter: Tensor, gradient: Tensor, state: State) -> tuple[Tensor, State]:
        gradient, zeros = gradient + self.weight_decay * parameter, torch.zeros_like(gradient)
        square = self.alpha * state.get("square_avg", zeros) + (1 - self.alpha) * gradient.square()
        scaled = gradient / (root(square) + self.eps)
        buffer = self.momentum * state.get("momentum_buffer", zeros) + scaled
        return parameter - self.lr * buffer, {"square_avg": square, "momentum_buffer": buffer}
