"""Stochastic gradient Hamiltonian Monte Carlo: momentum, with friction and the noise that makes up for it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from gbench.api import Optimizer, State, option


@dataclass(kw_only=True)
class SGHMC(Optimizer):
    """v ← (1 − α) v − η g + n        θ ← θ + v

    with g the gradient of L, a mean over N samples.

        noise: posterior   n ~ N(0, 2αη / N)   for small η, θ comes to be distributed as exp(−N L)
        noise: gradient    n = −η s ξ / N,   ξ ~ N(0, 1)

    The first is eq. 15 with β̂ = 0; the paper's η is η / N. The second is what the Bayesian GAN's code does
    (Saatchi and Wilson 2017, arXiv:1705.09558): it adds s ξ / N to the gradient, with α = 0.5 and s =
    √(2 · 0.01 · 2e-4) = 0.002, which is far less noise than a posterior has.

    No rule looks ahead through its steps, because their noise is not known before.
    """

    paper: ClassVar[str] = (
        "Chen, Fox and Guestrin 2014, Stochastic gradient Hamiltonian Monte Carlo, eq. 15, arXiv:1402.4102"
    )

    lr: float = option(1e-3, "η, learning rate (a choice)", gt=0)
    friction: float = option(0.1, "α; the momentum is 1 − α (a choice)", gt=0, le=1)
    samples: int = option(50_000, "N, samples that the objective is a mean over (CIFAR-10's)", ge=1)
    noise: Literal["posterior", "gradient"] = option("posterior", "what the noise is scaled for")
    deviation: float = option(0.002, "s, of `noise: gradient` (Saatchi and Wilson's code)", ge=0)
    weight_decay: float = option(0.0, "L2 penalty", ge=0)

    def move(
        self, parameter: Tensor, gradient: Tensor, state: State, normal: Callable[[], Tensor]
    ) -> tuple[Tensor, State]:
        gradient = gradient + self.weight_decay * parameter
        former = state.get("velocity", torch.zeros_like(gradient))
        velocity = (1 - self.friction) * former - self.lr * gradient + self._deviation() * normal()
        return parameter + velocity, {"velocity": velocity}

    def _deviation(self) -> float:
        """The standard deviation of n."""
        if self.noise == "gradient":
            return self.lr * self.deviation / self.samples
        return math.sqrt(2 * self.friction * self.lr / self.samples)
