"""Optimizers on a few parameters of three replicas, without networks around them."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from gbench.engine.optimizer import Optimizer
from gbench.engine.streams import Streams
from gbench.plugins import load_registry
from gbench.testing import use

REPLICAS = 3
SHAPES = ((4, 3), (3, 4), (4,), (2, 3, 2, 2), (1, 5))  # matrices, a bias, a filter bank, a head


def optimizer(name: str, **options: Any) -> Optimizer:
    made: Optimizer = load_registry().create(use("optimizer", name, **options), "optimizer")
    return made


def drawn(seed: int, shapes: Sequence[tuple[int, ...]] = SHAPES, replicas: int = REPLICAS) -> list[Tensor]:
    """A tensor `[R, ...]` of each shape, in float64."""
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn((replicas, *shape), generator=generator, dtype=torch.float64) for shape in shapes]


def begun(name: str, parameters: Sequence[Tensor], **options: Any) -> Optimizer:
    """The optimizer in charge of the parameters."""
    made = optimizer(name, **options)
    for parameter in parameters:
        parameter.requires_grad_()
    made.begin(parameters, Streams(range(len(parameters[0])), torch.device("cpu")), "generator")
    return made


def stepped(made: Optimizer, parameters: Sequence[Tensor], gradients: Sequence[Tensor]) -> None:
    """One real step."""
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient.clone()
    made.step()


def path(name: str, start: Tensor, gradients: Sequence[Tensor], **options: Any) -> list[Tensor]:
    """Where a parameter `[R, ...]` is after each step."""
    parameter = start.clone()
    made = begun(name, [parameter], **options)
    seen = []
    for gradient in gradients:
        stepped(made, [parameter], [gradient])
        seen.append(parameter.detach().clone())
    return seen
