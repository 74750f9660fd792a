"""Fréchet distance of two Gaussians fitted to features; on Inception's it would be FID."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.evaluation.metric import Metric
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench.plugins.options import option


@dataclass(kw_only=True)
class FrechetDistance(Metric):
    """‖m − m_g‖² + tr Σ + tr Σ_g − 2 tr √(Σ Σ_g), with unbiased covariances (Heusel et al. 2017, eq. 6).

    tr √(Σ Σ_g) is the nuclear norm ‖X_g L‖_* / √(N − 1), X_g the centred generated features and L any
    factor L Lᵀ = Σ: no square root of an unsymmetric matrix. All M real samples of the split count. It is
    biased: a perfect generator scores about d (d + 5)/4 · (1/N + 1/M) where Σ = I; compare equal `samples`.
    """

    paper: ClassVar[str] = (
        "Heusel et al. 2017, GANs trained by a two time-scale update rule converge to a local Nash "
        "equilibrium, arXiv:1706.08500"
    )
    keys: ClassVar[dict[str, tuple[str, float | None]]] = {"fd-{features}": ("min", None)}

    features: str = option("pixels", "features to compare")
    split: str = option("train", "real samples to compare with: train or test")

    def fit(self, reference: Reference) -> None:
        real = reference.features(self.features, self.split).double()
        self.mean = real.mean(0)
        centred = (real - self.mean) / math.sqrt(max(len(real) - 1, 1))
        self.trace = centred.square().sum()
        self.factor = centred.T if len(real) <= real.shape[1] else square_root(centred.T @ centred)

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of features [R, N, d], in float64."""
        distances = [self.distance(fake) for fake in samples.features(self.features)]
        return {f"fd-{self.features}": torch.stack(distances)}

    def distance(self, fake: Tensor) -> Tensor:
        """Of one replica's features [N, d]."""
        mean = fake.double().mean(0)
        centred = (fake - mean) / math.sqrt(len(fake) - 1)
        overlap = nuclear_norm(centred @ self.factor)
        distance = (mean - self.mean).square().sum() + centred.square().sum() + self.trace - 2 * overlap
        return distance.clamp(min=0)


def square_root(covariance: Tensor) -> Tensor:
    """The symmetric root of a positive semi-definite matrix [d, d]."""
    values, vectors = torch.linalg.eigh(covariance)
    return (vectors * values.clamp(min=0).sqrt()) @ vectors.T


def nuclear_norm(matrix: Tensor) -> Tensor:
    """Sum of singular values, through the eigenvalues of the smaller Gram matrix."""
    rows, columns = matrix.shape
    gram = matrix @ matrix.T if rows < columns else matrix.T @ matrix
    return torch.linalg.eigvalsh(gram).clamp(min=0).sqrt().sum()
