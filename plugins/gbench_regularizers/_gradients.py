"""Norms of a score's gradient with respect to what a discriminator sees, `(x,)` or pairs `(x, z)`."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from gbench.api import Seen


def squared_gradient_norms(scores: Tensor, seen: Seen) -> Tensor:
    """‖∇ score‖² over all features of all parts of each sample: `[R, B]`, differentiable.

    scores: `[R, B]`, computed from `seen`, whose parts `[R, B, ...]` require gradients.
    """
    return _joined(torch.autograd.grad(scores.sum(), seen, create_graph=True)).square().sum(-1)


def gradient_norms(score: Callable[..., Tensor], *seen: Tensor) -> Tensor:
    """‖∇ score‖ at any `[R, B, ...]` of the shapes that a discriminator sees: `[R, B]`, differentiable.

    The gradient of the norm at a gradient of exactly zero is defined as zero.
    """
    leaves = [x if x.requires_grad else x.detach().requires_grad_() for x in seen]
    gradients = torch.autograd.grad(score(*leaves).sum(), leaves, create_graph=True)
    return torch.linalg.vector_norm(_joined(gradients), dim=-1)


def per_sample(values: Tensor, like: Tensor) -> Tensor:
    """Numbers `[R, B, ...]`, one for each sample, with as many axes as `like`."""
    return values.reshape(*values.shape[:2], *[1] * (like.dim() - 2))


def _joined(gradients: Sequence[Tensor]) -> Tensor:
    """`[R, B, d]`, d over all parts."""
    flat = [gradient.flatten(2) for gradient in gradients]
    return flat[0] if len(flat) == 1 else torch.cat(flat, -1)
