"""Precision, recall, density and coverage: fidelity and diversity told apart by nearest neighbours."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import FeatureMetric, Keys, Reference, UserError, evenly, option
from gbench_metrics._neighbours import Cloud


@dataclass(kw_only=True)
class PrecisionRecall(FeatureMetric):
    """With B(x) the open ball around x up to its k-th nearest neighbour in its own set:

    - precision: share of generated y in some B(x), x real (Kynkäänniemi et al. 2019, eq. 2);
    - recall: share of real x in some B(y), y generated;
    - density: mean over y of the number of balls B(x) that hold it, divided by k; unbounded, and 1 is
    expected
      (Naeem et al. 2020, eq. 4);
    - coverage: share of real x with a generated sample in B(x) (Naeem et al. 2020, eq. 5).

    There are as many real samples as generated ones, evenly spaced in the split. Balls are open as in the
    code of Naeem et al., so two identical sets score exactly 1 in all four unless there are ties. Their k is
    the default; Kynkäänniemi et al. take 3.
    """

    paper: ClassVar[str] = (
        "Kynkäänniemi et al. 2019, Improved precision and recall, arXiv:1904.06991; "
        "Naeem et al. 2020, Reliable fidelity and diversity metrics, arXiv:2002.09797"
    )
    keys: ClassVar[Keys] = {
        "precision-{features}-{samples}-{split}": ("max", 0.0),
        "recall-{features}-{samples}-{split}": ("max", 0.0),
        "density-{features}-{samples}-{split}": ("max", 0.0),
        "coverage-{features}-{samples}-{split}": ("max", 0.0),
    }

    nearest_k: int = option(5, "the neighbour that sets a ball's radius", ge=1)

    def fit(self, reference: Reference) -> None:
        real = evenly(reference.features(self.features, self.split), self.samples)
        if min(self.samples, len(real)) <= self.nearest_k:
            raise UserError(
                f"precision-recall: nearest_k {self.nearest_k} needs more than {self.nearest_k} samples; "
                f"there are {self.samples} generated and {len(real)} real"
            )
        self.centre = real.double().mean(0)
        self.real = Cloud(real, self.centre)
        self.radii = reference.kept(self, lambda: {"radii": self.real.squared_radii(self.nearest_k)})["radii"]

    def compare(self, fake: Tensor) -> Tensor:
        """Precision, recall, density, coverage [4] of one replica's features [N, d]."""
        cloud = Cloud(fake, self.centre)
        fake_radii = cloud.squared_radii(self.nearest_k)
        precise = torch.zeros(len(fake), dtype=torch.bool, device=fake.device)
        recalled, covered = (precise.new_zeros(len(self.real)) for _ in range(2))
        balls = 0
        for rows in self.real.by_blocks(cloud):
            real, generated, distances = self.real.near(rows, cloud, self.radii, fake_radii)
            held = distances < self.radii[real]
            balls += int(held.sum())
            precise[generated[held]] = True
            covered[real[held]] = True
            recalled[real[distances < fake_radii[generated]]] = True
        density = balls / (self.nearest_k * len(fake))
        shares = [flags.double().mean().item() for flags in (precise, recalled, covered)]
        return torch.tensor([*shares[:2], density, shares[2]], dtype=torch.float64, device=fake.device)
