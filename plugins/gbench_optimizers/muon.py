"""Muon: each matrix moves along its momentum with all singular values made about 1."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Optimizer, State, option
from gbench_optimizers._moments import adam_step, root

A, B, C = 3.4445, -4.7750, 2.0315  # of the quintic X ← aX + bXXᵀX + c(XXᵀ)²X (Jordan et al. 2024)


@dataclass(kw_only=True)
class Muon(Optimizer):
    """b ← μ b + (1 − μ) G        θ ← θ − η √max(1, rows / columns) NewtonSchulz(μ b + (1 − μ) G)

    for every matrix, of each replica by itself; a filter bank `[out, in, ...]` is a matrix of `out` rows.
    Without Nesterov's momentum it is NewtonSchulz(b). The iteration brings singular values near 1, to about
    0.7 to 1.2. It is done in the parameters' precision, in the authors' code in bfloat16.

    What is no matrix of at least two rows and columns moves by AdamW: biases, gains, a head that gives one
    score. The authors also leave the first layer and embeddings to AdamW; shapes do not tell these apart, so
    here Muon moves them.
    """

    paper: ClassVar[str] = (
        "Jordan et al. 2024, Muon: an optimizer for hidden layers in neural networks, "
        "kellerjordan.github.io/posts/muon"
    )

    lr: float = option(0.02, "η of matrices (Jordan et al. 2024)", gt=0)
    momentum: float = option(0.95, "μ (Jordan et al. 2024)", ge=0, lt=1)
    nesterov: bool = option(True, "Nesterov's momentum (Jordan et al. 2024)")
    iterations: int = option(5, "Newton-Schulz iterations (Jordan et al. 2024)", ge=1)
    weight_decay: float = option(0.0, "share of a parameter that is taken away, times its η", ge=0)
    adam_lr: float = option(3e-4, "η of what is no matrix (Jordan et al. 2024)", gt=0)
    adam_betas: tuple[float, float] = option((0.9, 0.95), "decay of its moments (theirs too)", ge=0, lt=1)
    adam_eps: float = option(1e-10, "its ε (theirs too)", ge=0)

    def ahead(self, parameter: Tensor, gradient: Tensor, state: State) -> tuple[Tensor, State]:
        if not is_matrix(parameter):
            shrunk = (1 - self.adam_lr * self.weight_decay) * parameter
            return adam_step(
                shrunk, gradient, state, lr=self.adam_lr, betas=self.adam_betas, eps=self.adam_eps
            )
        former = state.get("momentum_buffer", torch.zeros_like(gradient))
        buffer = former.lerp(gradient, 1 - self.momentum)
        direction = gradient.lerp(buffer, self.momentum) if self.nesterov else buffer
        matrices = direction.flatten(2)
        size = self.lr * max(1.0, matrices.shape[1] / matrices.shape[2]) ** 0.5
        moved = orthogonalized(matrices, self.iterations).view_as(parameter)
        return (1 - self.lr * self.weight_decay) * parameter - size * moved, {"momentum_buffer": buffer}


def is_matrix(parameter: Tensor) -> bool:
    """Whether each replica's part of it, `[out, in, ...]`, has at least two rows and columns."""
    rows, *columns = parameter.shape[1:] or (1,)
    return rows > 1 and columns != [] and parameter[0].numel() > rows


def orthogonalized(matrices: Tensor, iterations: int) -> Tensor:
    """About UVᵀ of each matrix UΣVᵀ of `[R, rows, columns]`, by Newton and Schulz's iteration; 0 of 0."""
    wide = matrices.shape[1] <= matrices.shape[2]
    x = matrices if wide else matrices.mT
    x = x / (root(x.square().sum((1, 2), keepdim=True)) + 1e-7)
    for _ in range(iterations):
        square = x @ x.mT
        x = A * x + (B * square + C * square @ square) @ x
    return x if wide else x.mT
