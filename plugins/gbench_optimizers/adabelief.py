"""AdaBelief: long steps where the gradient is what was expected of it, short ones where it surprises."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Optimizer, State, option
from gbench_optimizers._moments import counted, root


@dataclass(kw_only=True)
class AdaBelief(Optimizer):
    """m ← β₁ m + (1 − β₁) g        s ← β₂ s + (1 − β₂) (g − m)² + ε        θ ← θ − η m̂ / (√ŝ + ε)

    with m̂ = m / (1 − β₁ᵗ) and ŝ = s / (1 − β₂ᵗ). `weight_decay` λ is decoupled: θ ← (1 − ηλ) θ comes first.
    Without the rectification that the authors' later code has by default.
    """

    paper: ClassVar[str] = (
        "Zhuang et al. 2020, AdaBelief optimizer: adapting stepsizes by the belief in observed gradients, "
        "algorithm 2, arXiv:2010.07468"
    )

    lr: float = option(1e-3, "η, learning rate (Zhuang et al. 2020; 2e-4 for their GANs)", gt=0)
    betas: tuple[float, float] = option(
        (0.9, 0.999), "decay of the gradient's mean and variance (0.5, 0.999 for their GANs)", ge=0, lt=1
    )
    eps: float = option(1e-12, "ε, added to the variance and to its root (the authors' first code)", ge=0)
    weight_decay: float = option(0.0, "λ, share of a parameter that is taken away, times η", ge=0)

    def ahead(self, parameter: Tensor, gradient: Tensor, state: State) -> tuple[Tensor, State]:
        (beta1, beta2), zeros = self.betas, torch.zeros_like(gradient)
        count = counted(state, gradient)
        mean = beta1 * state.get("exp_avg", zeros) + (1 - beta1) * gradient
        surprise = (gradient - mean).square()
        variance = beta2 * state.get("exp_avg_var", zeros) + (1 - beta2) * surprise + self.eps
        scale = root(variance) / (1 - beta2**count).sqrt() + self.eps
        shrunk = (1 - self.lr * self.weight_decay) * parameter
        moved = shrunk - self.lr / (1 - beta1**count) * mean / scale
        return moved, {"step": count, "exp_avg": mean, "exp_avg_var": variance}
