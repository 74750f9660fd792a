"""Orthogonal regularization: the filters of each layer are orthogonal, whatever their norms."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Play, Regularizer, Replicas, Setting, option
from gbench_regularizers._layers import weighted_layers

# where a layer keeps its weight: by itself, under spectral and under weight normalisation
KEPT_IN = ("weight", "parametrizations.weight.original", "parametrizations.weight.original1")


@dataclass(kw_only=True)
class Orthogonal(Regularizer):
    """BigGAN's relaxed form, which leaves the filters' norms alone.

        β Σ_W ‖WᵀW ⊙ (1 − I)‖²_F

    The columns of W are a layer's filters: a convolution is the matrix (d_in · h · w) × d_out. Embeddings
    are left out, as in the authors' code, which adds 2β W(WᵀW ⊙ (1 − I)) to the gradient: half of this
    penalty's. Under spectral or weight normalisation W is the weight before it.
    """

    paper: ClassVar[str] = (
        "Brock et al. 2019, Large scale GAN training for high fidelity natural image synthesis, eq. 3, "
        "arXiv:1809.11096"
    )

    on: str = option("generator", "the network that it acts on, and the turn of that name")
    weight: float = option(1e-4, "β (Brock et al. 2019)", ge=0)

    def begin(self, setting: Setting) -> None:
        self.network = setting.networks[self.on]
        self.matrices = _matrices(self.network)
        if not self.matrices:
            raise self.refuse(f"finds no weights: the {self.on} has neither linear layers nor convolutions")

    def penalty(self, play: Play) -> Tensor:
        total = torch.zeros_like(play.objective)
        for name, axis in self.matrices.items():
            filters = self.network.parameters[name].movedim(axis + 1, 1).flatten(2)
            products = filters @ filters.mT
            others = 1 - torch.eye(products.shape[-1], device=products.device, dtype=products.dtype)
            total = total + (products * others).square().sum((-1, -2))
        return self.weight * total


def _matrices(network: Replicas) -> dict[str, int]:
    """The weights of linear layers and convolutions by name, with the axis that counts the outputs."""
    prefixes = {layer: f"{name}." if name else "" for name, layer in network.module.named_modules()}
    names = {
        f"{prefixes[layer]}{place}": axis
        for layer, axis in weighted_layers(network.module)
        for place in KEPT_IN
    }
    return {name: axis for name, axis in names.items() if name in network.parameters}
