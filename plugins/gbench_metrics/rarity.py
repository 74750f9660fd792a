"""Rarity: how sparse real samples are in the places of the generated ones."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import FeatureMetric, Keys, Reference, option
from gbench_metrics._neighbours import Cloud


@dataclass(kw_only=True)
class Rarity(FeatureMetric):
    """Mean over generated y of the smallest radius r_k(x) among the balls around real x that hold y.

    Han et al. 2023, eq. 3, in units of the features. r_k(x) is the distance to the k-th nearest other real
    sample, and balls are open. Samples outside of all balls have no rarity, so read it together with
    precision, the share of the others; it is NaN if all are outside. Samples of kinds that are rare in the
    data score high; to generate only those is not good either.
    """

    paper: ClassVar[str] = (
        "Han et al. 2023, Rarity score: A new metric to evaluate the uncommonness of synthesized images, "
        "arXiv:2206.08549"
    )
    keys: ClassVar[Keys] = {"rarity-{features}-{samples}-{split}": ("max", 0.0)}

    nearest_k: int = option(3, "the neighbour that sets a ball's radius (Han et al. 2023)", ge=1)

    def fit(self, reference: Reference) -> None:
        real = self.as_many(reference, least=self.nearest_k + 1)
        self.centre = real.double().mean(0)
        self.real = Cloud(real, self.centre)
        self.radii = reference.kept(self, lambda: {"radii": self.real.squared_radii(self.nearest_k)})["radii"]

    def compare(self, fake: Tensor) -> Tensor:
        """The mean rarity [1] of one replica's features [N, d]."""
        cloud = Cloud(fake, self.centre)
        rarest = self.radii.new_full((len(fake),), torch.inf)
        for rows in self.real.by_blocks(cloud):
            real, generated, distances = self.real.near(rows, cloud, self.radii, rarest.new_zeros(len(fake)))
            held = distances < self.radii[real]
            rarest.scatter_reduce_(0, generated[held], self.radii[real[held]], "amin")
        return rarest[rarest.isfinite()].double().sqrt().mean()[None]
