"""Authenticity: the share of samples that are no copies of training samples with noise on them."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import FeatureMetric, Keys, Reference
from gbench_metrics._neighbours import nearest


@dataclass(kw_only=True)
class Authenticity(FeatureMetric):
    """Share, 0..1, of generated y that lie farther from their nearest real x than x from its nearest other
    one.

    Alaa et al. 2022, section 4.2; as a percentage, AuthPct. Copies score 0. A new sample of the data's own
    law scores 1 where it and x are not each other's nearest: 1/3 of the time on a line, 0.379 in the plane,
    near one half in many dimensions. Samples far from all data score 1, so it says nothing of quality. All
    real samples of the split count: a copy is found where its original is among them.
    """

    paper: ClassVar[str] = "Alaa et al. 2022, How faithful is your synthetic data?, arXiv:2102.08921"
    keys: ClassVar[Keys] = {"authenticity-{features}-{samples}-{split}": ("max", 0.0)}

    def fit(self, reference: Reference) -> None:
        self.as_many(reference)
        self.real = reference.features(self.features, self.split)

    def compare(self, fake: Tensor) -> Tensor:
        """The share [1] of one replica's features [N, d]."""
        distance, found = nearest(fake, self.real)
        originals, which = found.unique(return_inverse=True)
        radii, _ = nearest(self.real[originals], self.real, own=originals)
        return (distance > radii[which]).double().mean()[None]
