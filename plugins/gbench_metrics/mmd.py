"""Maximum mean discrepancy of features under Gaussian kernels."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import FeatureMetric, Keys, Reference, UserError, evenly, option
from gbench_metrics._neighbours import squared_by_blocks

MEDIAN_SAMPLES = 1000  # real samples, at most, that the median distance is taken of


@dataclass(kw_only=True)
class Mmd(FeatureMetric):
    """E k(x, x') + E k(y, y') − 2 E k(x, y) with k = mean over σ of exp(−‖x − y‖²/2σ²); at most 2.

    Gretton et al. 2012, eq. 3: the squared discrepancy. It is unbiased, so values near 0 may be negative. σ
    are multiples of the median distance between real samples. The paper's heuristic takes generated samples
    too; here they must not set the scale by which they are measured (a choice). Several bandwidths see
    several scales at once (Li et al. 2015, arXiv:1502.02761).
    """

    paper: ClassVar[str] = "Gretton et al. 2012, A kernel two-sample test, JMLR 13"
    keys: ClassVar[Keys] = {"mmd-{features}-{samples}-{split}": ("min", 2.0)}

    bandwidths: tuple[float, ...] = option(
        (1.0,), "bandwidths σ of Gaussians, in medians of the real distances"
    )

    def fit(self, reference: Reference) -> None:
        """Raises UserError if a bandwidth is not above 0, or if most real samples are equal."""
        if not self.bandwidths or min(self.bandwidths) <= 0:
            raise UserError(f"mmd: bandwidths are numbers above 0, not {list(self.bandwidths)}")
        drawn = self.as_many(reference)
        self.centre = drawn.double().mean(0)
        self.real = drawn - self.centre
        median = median_distance(evenly(self.real, MEDIAN_SAMPLES))
        if median == 0:
            raise UserError("mmd: most real samples are alike in these features; there is no median distance")
        self.scales = [1 / (2 * (bandwidth * median) ** 2) for bandwidth in self.bandwidths]
        self.within_real = self.mean_of_pairs(self.real)

    def compare(self, fake: Tensor) -> Tensor:
        """The discrepancy [1] of one replica's features [N, d]."""
        between = self.kernel_sum(self.real, fake - self.centre) / (len(self.real) * len(fake))
        return (self.within_real + self.mean_of_pairs(fake) - 2 * between)[None]

    def mean_of_pairs(self, x: Tensor) -> Tensor:
        """Mean kernel of two different rows of x [N, d]."""
        near = x.double() - x.double().mean(0)  # far from the origin, products would lose small distances
        return (self.kernel_sum(near, near) - len(x)) / (len(x) * (len(x) - 1))

    def kernel_sum(self, x: Tensor, y: Tensor) -> Tensor:
        """Σ_ij k(x_i, y_j) of x [N, d] and y [M, d]."""
        total = x.new_zeros((), dtype=torch.float64)
        for _, squared in squared_by_blocks(x, y):
            for scale in self.scales:
                total += (squared.clamp(min=0) * -scale).exp().sum() / len(self.scales)
        return total


def median_distance(x: Tensor) -> float:
    """Median over pairs of different rows of x [N, d]."""
    return torch.pdist(x.double()).quantile(0.5).item()
