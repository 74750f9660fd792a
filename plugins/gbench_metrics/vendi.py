"""Vendi score: the effective number of different samples."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Keys, Metric, Samples, option


@dataclass(kw_only=True)
class Vendi(Metric):
    """exp(−Σ λ log λ), 1..N, with λ the eigenvalues of K/N and K the cosines between samples.

    Friedman and Dieng 2023, definition 3.1: 1 if all samples are copies, N if all are orthogonal, and at most
    the number of features. No real samples are compared, so noise is diverse too. Features of length 0 equal
    each other and are orthogonal to all others.
    """

    paper: ClassVar[str] = "Friedman and Dieng 2023, The Vendi score, arXiv:2210.02410"
    keys: ClassVar[Keys] = {"vendi-{features}-{samples}": ("max", 1.0)}

    features: str = option("pixels", "features whose cosines are the similarities")

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of features [R, N, d], in float64."""
        return self.of_each(self.diversity, samples.features(self.features).double())

    def diversity(self, fake: Tensor) -> Tensor:
        """The score [] of one replica's features [N, d]; NaN if they are not finite."""
        finite = bool(fake.isfinite().all())
        return effective_number(directions(fake)) if finite else fake.new_tensor(torch.nan)


def directions(x: Tensor) -> Tensor:
    """Rows of x [N, d] scaled to length 1, as [N, d + 1]; rows of zeros point along the last axis."""
    length = x.norm(dim=1, keepdim=True)
    return torch.cat([x / length.where(length > 0, 1.0), (length == 0).double()], 1)


def effective_number(unit: Tensor) -> Tensor:
    """exp of the entropy [] of the eigenvalues of U Uᵀ/N, U [N, D], through the smaller Gram matrix."""
    gram = unit @ unit.T if len(unit) < unit.shape[1] else unit.T @ unit
    shares = torch.linalg.eigvalsh(gram / len(unit)).clamp(min=0)
    return (-shares.xlogy(shares).sum()).exp()
