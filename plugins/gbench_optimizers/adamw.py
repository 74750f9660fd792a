"""AdamW: Adam whose weight decay shrinks the parameters themselves, not by way of the moments."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import State, option
from gbench_optimizers._moments import adam_step
from gbench_optimizers.adam import Adam


@dataclass(kw_only=True)
class AdamW(Adam):
    """θ ← (1 − ηλ) θ, then Adam's step with the plain gradient."""

    paper: ClassVar[str] = (
        "Loshchilov and Hutter 2019, Decoupled weight decay regularization, algorithm 2, arXiv:1711.05101"
    )

    weight_decay: float = option(1e-2, "λ, share of a parameter that is taken away, times η (torch's)", ge=0)

    def build(self, parameters: list[Tensor]) -> torch.optim.Optimizer:
        return torch.optim.AdamW(parameters, fused=True)

    def ahead(self, parameter: Tensor, gradient: Tensor, state: State) -> tuple[Tensor, State]:
        shrunk = (1 - self.lr * self.weight_decay) * parameter
        return adam_step(shrunk, gradient, state, lr=self.lr, betas=self.betas, eps=self.eps)
