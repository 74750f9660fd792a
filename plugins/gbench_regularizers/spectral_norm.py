"""Spectral normalisation: every layer's weight is divided by its largest singular value."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from gbench.api import Regularizer, option
from gbench_regularizers._layers import weighted_layers

EPSILON = 1e-12  # as in `F.normalize`


@dataclass(kw_only=True)
class SpectralNorm(Regularizer):
    """SNGAN: W / σ(W), with σ by power iteration, one step for each forward pass in training.

    A convolution's weight is taken as the matrix d_out × (d_in · h · w), as in the paper
    (section 2.1, and the authors' code), for each replica by itself.
    """

    paper: ClassVar[str] = (
        "Miyato et al. 2018, Spectral normalization for generative adversarial networks, arXiv:1802.05957"
    )

    iterations: int = option(1, "power iterations for each forward pass (Miyato et al. 2018)", ge=1)

    def wrap(self, network: nn.Module) -> nn.Module:
        for layer, axis in weighted_layers(network):
            normed = _DividedBySpectralNorm(layer.weight, axis, self.iterations)
            parametrize.register_parametrization(layer, "weight", normed, unsafe=True)
        return network


class _DividedBySpectralNorm(nn.Module):
    """W -> W / uᵀWv, with the vector u kept in a buffer.

    `torch.nn.utils.parametrizations.spectral_norm` iterates out of vmap's reach (`div.out`).
    """

    u: Tensor

    def __init__(self, weight: Tensor, axis: int, iterations: int):
        super().__init__()
        self.axis = axis
        self.iterations = iterations
        matrix = self._matrix(weight.detach())
        self.register_buffer("u", _unit(torch.randn(len(matrix))))
        for _ in range(15):  # as torch does, so that the first rounds already see a norm near 1
            self.u.copy_(_unit(matrix @ self._right(matrix)))

    def forward(self, weight: Tensor) -> Tensor:
        matrix = self._matrix(weight)
        with torch.no_grad():
            v = self._right(matrix)
        image = matrix @ v
        with torch.no_grad():
            u = _unit(image)
            if self.training:
                self.u.copy_(u)
        return weight / (u @ image)

    def _right(self, matrix: Tensor) -> Tensor:
        """The right singular vector v, by all but the last half step of the power iteration."""
        v = _unit(matrix.mT @ self.u)
        for _ in range(self.iterations - 1):
            v = _unit(matrix.mT @ _unit(matrix @ v))
        return v

    def _matrix(self, weight: Tensor) -> Tensor:
        return (weight.movedim(self.axis, 0) if self.axis else weight).flatten(1)


def _unit(vector: Tensor) -> Tensor:
    return vector / torch.linalg.vector_norm(vector).clamp_min(EPSILON)
