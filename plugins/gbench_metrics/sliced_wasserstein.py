"""Sliced Wasserstein distance: optimal transport of features along lines through them."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import FeatureMetric, Keys, Reference, option
from gbench_metrics._slices import in_order, transport_costs, unit_vectors


@dataclass(kw_only=True)
class SlicedWasserstein(FeatureMetric):
    """√(E_θ W₂²(θ·x, θ·y)), with θ uniform on the unit sphere, in the units of the features.

    A shift by Δ of features in d dimensions gives ‖Δ‖/√d, and N(0, s₁² I) against N(0, s₂² I) gives |s₁ −
    s₂|. The directions are fixed and form complete orthonormal bases, so the first of these is exact for d ≤
    `directions`. The distance of two sets of one law is not 0. There are as many real samples as generated
    ones, evenly spaced in the split. A smaller split is taken whole, with weights that make up for it.
    """

    paper: ClassVar[str] = (
        "Bonneel et al. 2015, Sliced and Radon Wasserstein barycenters of measures; "
        "Deshpande et al. 2018, Generative modeling using the sliced Wasserstein distance, arXiv:1803.11188"
    )
    keys: ClassVar[Keys] = {"sliced-wasserstein-{features}-{samples}-{split}": ("min", None)}

    directions: int = option(128, "lines to project on, at least (a choice)", ge=1)

    def fit(self, reference: Reference) -> None:
        real = self.as_many(reference, least=1).double()
        self.lines = unit_vectors(real.shape[1], self.directions).to(real)
        self.real = self.projected(real)

    def compare(self, fake: Tensor) -> Tensor:
        """The distance [] of one replica's features [N, d]."""
        return transport_costs(self.projected(fake.double()), self.real, power=2).mean().sqrt()

    def projected(self, features: Tensor) -> Tensor:
        """The places [N, K] of features [N, d] on each line, in order."""
        return in_order(features @ self.lines)
