"""Precision, recall, density and coverage: fidelity and diversity told apart by nearest neighbours."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.errors import UserError
from gbench.evaluation.metric import Metric
from gbench.evaluation.reference import Reference, spread
from gbench.evaluation.samples import Samples
from gbench.plugins.options import option

BLOCK = 1 << 22  # distances at once, 32 MB


@dataclass(kw_only=True)
class PrecisionRecall(Metric):
    """With B(x) the open ball around x up to its k-th nearest neighbour in its own set:

    - precision: share of generated y in some B(x), x real (Kynkäänniemi et al. 2019, eq. 2);
    - recall: share of real x in some B(y), y generated;
    - density: mean over y of the number of balls B(x) that hold it, divided by k; unbounded, 1 expected
      (Naeem et al. 2020, eq. 4);
    - coverage: share of real x whose B(x) holds a generated sample (Naeem et al. 2020, eq. 5).

    The real set is as large as the generated one, evenly spaced in the split. Balls are open as in Naeem's
    code, so identical sets score exactly 1 in all four. k is Naeem's; Kynkäänniemi takes 3.
    """

    paper: ClassVar[str] = (
        "Kynkäänniemi et al. 2019, Improved precision and recall, arXiv:1904.06991; "
        "Naeem et al. 2020, Reliable fidelity and diversity metrics, arXiv:2002.09797"
    )
    keys: ClassVar[dict[str, tuple[str, float | None]]] = {
        "precision-{features}": ("max", 0.0),
        "recall-{features}": ("max", 0.0),
        "density-{features}": ("max", 0.0),
        "coverage-{features}": ("max", 0.0),
    }

    features: str = option("pixels", "features in which distances are taken")
    split: str = option("train", "real samples to compare with: train or test")
    nearest_k: int = option(5, "the neighbour that sets a ball's radius", ge=1)

    def fit(self, reference: Reference) -> None:
        real = spread(reference.features(self.features, self.split), self.samples)
        if min(self.samples, len(real)) <= self.nearest_k:
            raise UserError(
                f"precision-recall: nearest_k {self.nearest_k} needs more than {self.nearest_k} samples; "
                f"there are {self.samples} generated and {len(real)} real"
            )
        self.centre = real.mean(0)
        self.real = real - self.centre
        self.radii = squared_radii(self.real, self.nearest_k)

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of features [R, N, d]."""
        rows = torch.stack([self.compare(fake - self.centre) for fake in samples.features(self.features)])
        return dict(zip(self.names(), rows.unbind(1), strict=True))

    def compare(self, fake: Tensor) -> Tensor:
        """Precision, recall, density, coverage [4] of one replica's centred features [N, d]."""
        fake_radii = squared_radii(fake, self.nearest_k)
        balls = torch.zeros(len(fake), dtype=torch.int64, device=fake.device)
        recalled, covered = [], []
        rows = block_rows(fake)
        for real, radii in zip(self.real.split(rows), self.radii.split(rows), strict=True):
            distances = squared_distances(real, fake)
            held = distances < radii[:, None]
            balls += held.sum(0)
            covered.append(held.any(1))
            recalled.append((distances < fake_radii).any(1))
        precision, density = (balls > 0).double().mean(), balls.double().mean() / self.nearest_k
        recall, coverage = (torch.cat(flags).double().mean() for flags in (recalled, covered))
        return torch.stack([precision, recall, density, coverage])


def squared_radii(x: Tensor, k: int) -> Tensor:
    """Squared distance [N] of each row of x [N, d] to its k-th nearest other row."""
    nearest = [squared_distances(block, x).topk(k + 1, largest=False) for block in x.split(block_rows(x))]
    return torch.cat([found.values[:, k] for found in nearest])


def squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """‖x_i − y_j‖² [N, M] as one product (−2x, ‖x‖², 1) · (y, 1, ‖y‖²).

    In float64, for between far clusters float32 cancels until the balls within one are lost; rounded to
    float32 at the end, so that a distance equals itself in whichever matrix it was computed.
    """
    x, y = x.double(), y.double()
    one_x, one_y = x.new_ones(len(x), 1), y.new_ones(len(y), 1)
    left = torch.cat([-2 * x, x.square().sum(1, keepdim=True), one_x], 1)
    right = torch.cat([y, one_y, y.square().sum(1, keepdim=True)], 1)
    return (left @ right.T).float()


def block_rows(x: Tensor) -> int:
    """Rows of a matrix of distances to x that fit into one block."""
    return max(BLOCK // len(x), 1)
