"""Losses by name, and something for them to look at."""

from typing import Any

import torch
from torch import Tensor

from gbench.api import Loss
from gbench.plugins import load_registry

REGISTRY = load_registry()
LOSSES = REGISTRY.names("loss")


def loss(name: str, **options: Any) -> Loss:
    made: Loss = REGISTRY.load(REGISTRY.find("loss", name))(**options)
    made.name = name
    return made


def taking(what: str) -> list[str]:
    """Every loss that takes scores, energies or features."""
    return [name for name in LOSSES if loss(name).takes == what]


def scores(seed: int = 0, replicas: int = 3, batch: int = 50) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    real, fake = (torch.randn(replicas, batch, generator=generator).double() for _ in range(2))
    return real, fake


def features(seed: int = 0, replicas: int = 3, batch: int = 6, size: int = 4) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    shape = (replicas, batch, size)
    real, fake = (torch.randn(shape, generator=generator).double() for _ in range(2))
    return real, 1.5 * fake + 0.5
