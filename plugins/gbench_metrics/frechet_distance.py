"""Fréchet distance of two Gaussians fitted to features; on Inception-v3's it is `fid`."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import FeatureMetric, Keys, Moments, Reference, UserError, symmetric_product


@dataclass(kw_only=True)
class FrechetDistance(FeatureMetric):
    """‖m − m_g‖² + tr Σ + tr Σ_g − 2 tr √(Σ Σ_g), with unbiased covariances (Heusel et al. 2017, eq. 6).

    With any factor L of Σ = L Lᵀ, the eigenvalues of Σ Σ_g are those of Lᵀ Σ_g L. So tr √(Σ Σ_g) is the sum
    of the roots of a symmetric matrix's eigenvalues, which is exact for singular covariances too; the usual
    square root of an unsymmetric matrix fails there. If there are no more than d samples, it is the nuclear
    norm of X_g L / √(N − 1) with the centred features X_g, computed from the smaller Gram matrix.

    All M real samples of the split count. The distance is biased: if Σ = I, a perfect generator scores about
    d (d + 5)/4 · (1/N + 1/M). Below d samples the value is exact, but mostly bias, so compare only values of
    equal `samples`. A replica with features that are not finite has no score.
    """

    paper: ClassVar[str] = (
        "Heusel et al. 2017, GANs trained by a two time-scale update rule converge to a local Nash "
        "equilibrium, arXiv:1706.08500"
    )
    keys: ClassVar[Keys] = {"fd-{features}-{samples}-{split}": ("min", None)}

    def fit(self, reference: Reference) -> None:
        kept = reference.kept(self, lambda: real_side(reference.features(self.features, self.split)))
        self.mean, self.trace, self.factor = kept["mean"], kept["trace"], kept["factor"]

    def compare(self, fake: Tensor) -> Tensor:
        """The distance [] of one replica's features [N, d], in float64."""
        mean, trace, inner = self.generated_side(fake)
        overlap = torch.linalg.eigvalsh(inner, UPLO="U").clamp(min=0).sqrt().sum()
        distance = (mean - self.mean).square().sum() + trace + self.trace - 2 * overlap
        return distance.clamp(min=0)

    def generated_side(self, fake: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Mean [d], tr Σ_g, and the upper triangle of a symmetric matrix with the eigenvalues of Σ Σ_g."""
        if len(fake) > fake.shape[1]:
            found = Moments.of(fake)
            inner = symmetric_product(self.factor, found.covariance @ self.factor)
            return found.mean, found.covariance.trace(), inner
        mean, centred = centre(fake)
        product = centred @ self.factor
        side = product.T if product.shape[0] < product.shape[1] else product
        return mean, centred.square().sum(), symmetric_product(side, side)


def real_side(real: Tensor) -> dict[str, Tensor]:
    """Of features [M, d], in float64: mean [d], trace of the covariance, and a factor [d, ≤ d] of it."""
    if len(real) < 2:
        raise UserError(f"a Fréchet distance needs at least 2 real samples; this split has {len(real)}")
    if not real.isfinite().all():
        raise UserError("a Fréchet distance needs finite features; this split's are not")
    if len(real) > real.shape[1]:
        return side_of(Moments.of(real))
    mean, centred = centre(real)
    return {"mean": mean, "trace": centred.square().sum(), "factor": centred.T}


def side_of(moments: Moments) -> dict[str, Tensor]:
    """The same of a known mean and covariance."""
    covariance = moments.covariance
    return {"mean": moments.mean, "trace": covariance.trace(), "factor": factor(covariance)}


def centre(features: Tensor) -> tuple[Tensor, Tensor]:
    """Mean [d], and deviations [N, d] over √(N − 1): their Gram matrix is the unbiased covariance."""
    mean = features.mean(0, dtype=torch.float64)
    return mean, (features - mean) / math.sqrt(len(features) - 1)


def factor(covariance: Tensor) -> Tensor:
    """L [d, ≤ d] with L Lᵀ = Σ: Cholesky's factor, or one from eigenvalues if Σ is singular."""
    lower, failed = torch.linalg.cholesky_ex(covariance)
    if not failed:
        return lower
    values, vectors = torch.linalg.eigh(covariance)
    return vectors[:, values > 0] * values[values > 0].sqrt()
