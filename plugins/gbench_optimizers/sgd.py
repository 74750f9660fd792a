"""Stochastic gradient descent, with momentum if asked for."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Optimizer, State, option


@dataclass(kw_only=True)
class SGD(Optimizer):
    """b ← μ b + g        θ ← θ − η b,   with Nesterov's momentum   θ ← θ − η (g + μ b)

    The first b is g. `weight_decay` is an L2 penalty.
    """

    paper: ClassVar[str] = (
        "Robbins and Monro 1951, A stochastic approximation method; Sutskever et al. 2013, On the importance "
        "of initialization and momentum in deep learning"
    )

    lr: float = option(1e-3, "η, learning rate (torch's default)", gt=0)
    momentum: float = option(0.0, "μ, momentum", ge=0)
    nesterov: bool = option(False, "Nesterov's momentum, which needs a momentum", requires="momentum")
    weight_decay: float = option(0.0, "L2 penalty", ge=0)

    def build(self, parameters: list[Tensor]) -> torch.optim.Optimizer:
        return torch.optim.SGD(parameters, fused=True)

    def ahead(self, parameter: Tensor, gradient: Tensor, state: State) -> tuple[Tensor, State]:
        gradient = gradient + self.weight_decay * parameter
        former = state.get("momentum_buffer")
        buffer = gradient if former is None else self.momentum * former + gradient
        direction = gradient + self.momentum * buffer if self.nesterov else buffer
        return parameter - self.lr * direction, {"momentum_buffer": buffer}
