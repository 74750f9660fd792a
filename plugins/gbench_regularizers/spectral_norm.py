"""Spectral normalisation: every layer's weight is divided by its largest singular value."""

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrize

from gbench.api import Regularizer, option

TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d, *TRANSPOSED)


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
        for layer in list(network.modules()):
            if isinstance(layer, LAYERS):
                axis = 1 if isinstance(layer, TRANSPOSED) else 0
                parametrize.register_parametrization(
                    layer, "weight", _DividedBySpectralNorm(layer.weight, axis, self.iterations), unsafe=True
                )
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
        self.register_buffer("u", F.normalize(torch.randn(len(matrix)), dim=0))
        for _ in range(15):  # as torch does, so that the first rounds already see a norm near 1
            self.u.copy_(self._iterate(matrix)[0])

    def forward(self, weight: Tensor) -> Tensor:
        matrix = self._matrix(weight)
        u, v = self._iterate(matrix.detach())
        if self.training:
            with torch.no_grad():
                self.u.copy_(u)
        return weight / (u @ (matrix @ v))

    def _iterate(self, matrix: Tensor) -> tuple[Tensor, Tensor]:
        u = self.u.clone()
        for _ in range(self.iterations):
            v = F.normalize(matrix.mT @ u, dim=0)
            u = F.normalize(matrix @ v, dim=0)
        return u, v

    def _matrix(self, weight: Tensor) -> Tensor:
        return weight.movedim(self.axis, 0).flatten(1)
