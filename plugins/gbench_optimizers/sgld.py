"""Stochastic gradient Langevin dynamics: descent with as much noise as makes the parameters a posterior's."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Optimizer, State, option


@dataclass(kw_only=True)
class SGLD(Optimizer):
    """θ ← θ − η g + n        n ~ N(0, 2η / N)

    with g the gradient of L, a mean over N samples. For small η the parameters come to be distributed as
    exp(−N L): with L the mean of −log p(x|θ), and `weight_decay` 1 / (Nσ²) for a normal prior of variance σ²,
    that is the posterior. The paper's ε (eq. 4) is 2η / N.

    No rule looks ahead through its steps, because their noise is not known before.
    """

    paper: ClassVar[str] = (
        "Welling and Teh 2011, Bayesian learning via stochastic gradient Langevin dynamics, eq. 4"
    )

    lr: float = option(1e-3, "η, learning rate (a choice)", gt=0)
    samples: int = option(50_000, "N, samples that the objective is a mean over (CIFAR-10's)", ge=1)
    weight_decay: float = option(0.0, "L2 penalty", ge=0)

    def move(
        self, parameter: Tensor, gradient: Tensor, state: State, normal: Callable[[], Tensor]
    ) -> tuple[Tensor, State]:
        gradient = gradient + self.weight_decay * parameter
        noise = math.sqrt(2 * self.lr / self.samples) * normal()
        return parameter - self.lr * gradient + noise, {}
