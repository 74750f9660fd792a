"""Kernel distance: unbiased squared MMD of features under a cubic kernel."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import FeatureMetric, Keys, Reference

BLOCK = 1 << 18  # entries of a kernel matrix that are held at once: 2 MB, which stay in a cache


@dataclass(kw_only=True)
class Kid(FeatureMetric):
    """E k(x, x') + E k(y, y') − 2 E k(x, y) with k(x, y) = (x·y/d + 1)³ (Bińkowski et al. 2018, section 4).

    It is unbiased, because pairs of a sample with itself do not count; so values near 0 may be negative. It
    is one estimate from all `samples` and as many real ones, evenly spaced in the split. The usual mean over
    random subsets of 1,000 out of 50,000 samples has the same expectation, but is random.
    """

    paper: ClassVar[str] = "Bińkowski et al. 2018, Demystifying MMD GANs, arXiv:1801.01401"
    keys: ClassVar[Keys] = {"kid-{features}-{samples}-{split}": ("min", None)}

    def fit(self, reference: Reference) -> None:
        self.real = self.as_many(reference)
        self.within_real = reference.kept(self, lambda: {"within": mean_of_pairs(self.real)})["within"]

    def compare(self, fake: Tensor) -> Tensor:
        """The distance [] of one replica's features [N, d]."""
        between = kernel_sum(self.real, fake) / (len(self.real) * len(fake))
        return self.within_real + mean_of_pairs(fake) - 2 * between


def mean_of_pairs(x: Tensor) -> Tensor:
    """Mean kernel of two different rows of x [N, d]."""
    own = (x.double().square().mean(1) + 1).pow(3).sum()
    return (kernel_sum(x, x) - own) / (len(x) * (len(x) - 1))


def kernel_sum(x: Tensor, y: Tensor) -> Tensor:
    """Σ_ij k(x_i, y_j) of x [N, d] and y [M, d], in float64 because the three means nearly cancel."""
    x, y = x.double() / x.shape[1], y.double()
    total = x.new_zeros(())
    for block in x.split(max(BLOCK // len(y), 1)):
        base = (block @ y.T).add_(1)
        total += (base * base).mul_(base).sum()
    return total
