"""Norms of a score's gradient with respect to the samples."""

from collections.abc import Callable

import torch
from torch import Tensor


def squared_gradient_norms(scores: Tensor, samples: Tensor) -> Tensor:
    """‖∇ₓ score(x)‖² over all features of each sample: `[R, B], [R, B, ...] -> [R, B]`, differentiable."""
    (gradients,) = torch.autograd.grad(scores.sum(), samples, create_graph=True)
    return gradients.flatten(2).square().sum(-1)


def gradient_norms(score: Callable[[Tensor], Tensor], samples: Tensor) -> Tensor:
    """‖∇ₓ score(x)‖ at any samples: `[R, B, ...] -> [R, B]`, differentiable in the network.

    The gradient of the norm at a gradient of exactly zero is defined as zero.
    """
    if not samples.requires_grad:
        samples = samples.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(score(samples).sum(), samples, create_graph=True)
    return torch.linalg.vector_norm(gradients.flatten(2), dim=-1)
