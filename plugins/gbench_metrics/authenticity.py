"""Authenticity: the share of samples that are not noisy copies of training samples."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import FeatureMetric, Keys, Reference
from gbench_metrics._neighbours import nearest


@dataclass(kw_only=True)
class Authenticity(FeatureMetric):
    """The share, 0..1, of generated samples that are authentic (Alaa et al. 2022, section 4.2).

    A sample is authentic if it lies farther from its nearest real sample x than x lies from its nearest other
    real sample. As a percentage the share is called AuthPct. Copies score 0. Of new samples from the data's
    own law 1/3 are authentic on a line, 0.379 in the plane, and about one half in many dimensions: those that
    are not each other's nearest with x. Samples far from all data score 1, so the share tells nothing about
    quality. All real samples of the split are searched, because a copy is found only if its original is among
    them.
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
