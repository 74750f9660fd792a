"""Minibatch discrimination: the discriminator's head sees how close a sample is to the others."""

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from gbench.api import Regularizer, Setting, option


@dataclass(kw_only=True)
class MinibatchDiscrimination(Regularizer):
    """The features f(x) of a sample are joined by its closeness to the rest of the minibatch.

        M_b = f(x_b) T,   o_bk = Σ_{j≠b} exp(−‖M_bk − M_jk‖₁),   D(x_b) = head(f(x_b), o_b)

    T is learnt; M_b has a row of `dimensions` numbers for each kernel k. Real and generated samples
    are compared among themselves. The paper's sum counts j = b too, its code does not: nor do we,
    it is a constant 1 that the head's bias takes up. The code also scales T and centres o by a
    first minibatch; here T starts at N(0, 1/d), so that M is as large as the d features, and the
    head at its own weights, with those of o as large as those of f (choices).

    In evaluation the samples are compared within parts of the batch size, and the sum of the
    incomplete last part is scaled to as many neighbours.
    """

    paper: ClassVar[str] = (
        "Salimans et al. 2016, Improved techniques for training GANs, section 3.2, arXiv:1606.03498"
    )

    kernels: int = option(100, "numbers o for each sample (Salimans et al. 2016, code)", ge=1)
    dimensions: int = option(5, "dimensions of a kernel (Salimans et al. 2016, code)", ge=1)

    def wrap(self, network: nn.Module) -> nn.Module:
        head = getattr(network, "head", None)
        if not isinstance(head, nn.Linear) or not hasattr(network, "features"):
            raise self.refuse(
                f"widens a linear head, and {type(network).__name__} has none; "
                "use a discriminator that is head(features(x)) with an nn.Linear head"
            )
        if parametrize.is_parametrized(head):
            raise self.refuse("replaces the head; list it before what changes weights")
        return _AmongOthers(network, head, self.kernels, self.dimensions)

    def begin(self, setting: Setting) -> None:
        if setting.told:
            raise self.refuse(
                f"passes no {setting.told[0]} to the discriminator; use a model that takes samples alone"
            )
        for part in setting.networks[self.on].module.modules():
            if isinstance(part, _AmongOthers):
                part.minibatch = setting.batch_size


class _AmongOthers(nn.Module):
    """A discriminator whose features know of the other samples of the minibatch."""

    network: Any
    minibatch: int

    def __init__(self, network: nn.Module, head: nn.Linear, kernels: int, dimensions: int):
        super().__init__()
        self.network = network
        self.head = _widened(head, kernels)
        for part in network.modules():
            if part._modules.get("head") is head:
                part.head = self.head
        width = head.in_features
        self.tensor = nn.Parameter(torch.randn(width, kernels, dimensions) / width**0.5)

    def forward(self, samples: Tensor) -> Tensor:
        return self.head(self.features(samples)).squeeze(-1)

    def features(self, samples: Tensor) -> Tensor:
        features = self.network.features(samples)
        return torch.cat([features, self._closeness(features)], dim=1)

    def _closeness(self, features: Tensor) -> Tensor:
        if self.training:
            return closeness(features, self.tensor)
        neighbours = self.minibatch - 1
        parts = features.split(self.minibatch)
        return torch.cat([closeness(p, self.tensor) * neighbours / max(len(p) - 1, 1) for p in parts])


def closeness(features: Tensor, tensor: Tensor) -> Tensor:
    """`[B, d], [d, kernels, dimensions] -> [B, kernels]`: o of the class's equation."""
    rows = (features @ tensor.flatten(1)).unflatten(1, tensor.shape[1:])
    distances = (rows[:, None] - rows[None]).abs().sum(-1)
    others = 1 - torch.eye(len(rows), device=rows.device)
    return (others[..., None] * (-distances).exp()).sum(1)


def _widened(head: nn.Linear, inputs: int) -> nn.Linear:
    """A head with more inputs: the old weights, then normal ones of the same root mean square."""
    wide = nn.Linear(head.in_features + inputs, head.out_features, head.bias is not None)
    with torch.no_grad():
        size = head.weight.square().mean().sqrt()
        wide.weight.copy_(torch.cat([head.weight, size * torch.randn(head.out_features, inputs)], dim=1))
        if head.bias is not None:
            wide.bias.copy_(head.bias)
    return wide
