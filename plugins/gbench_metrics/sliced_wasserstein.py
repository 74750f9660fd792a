"""Sliced Wasserstein distance: optimal transport of features along lines through them."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import FeatureMetric, Keys, Reference, option
from gbench_metrics._slices import in_order, transport_costs, unit_vectors


@dataclass(kw_only=True)
class SlicedWasserstein(FeatureMetric):
    """√(E_θ W₂²(θ·x, θ·y)), with θ uniform on the unit sphere, in the units of the features.

    A shift by Δ of features in d dimensions gives ‖Δ‖/√d, and N(0, s₁² I) against N(0, s₂² I) |s₁ − s₂|. The
    directions are fixed, in whole orthonormal bases where d is small, so the first of these holds exactly for
    d ≤ `directions`. Two sets of one law are not at 0. The real set is as large as the generated one, evenly
    spaced in the split; from a smaller split, all of it, with weights to match.
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
        """Where features [N, d] lie on each line, in order: [N, K]."""
        return in_order(features @ self.lines)
