"""Exact Wasserstein distances of points: what it costs to move the samples onto real ones."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from gbench.api import Keys, Metric, Reference, Samples, evenly, option


@dataclass(kw_only=True)
class OptimalTransport(Metric):
    """The least cost over all permutations π of N samples x and as many real ones y:

        wasserstein-1   min_π 1/N Σ ‖x_i − y_π(i)‖
        wasserstein-2   min_π √(1/N Σ ‖x_i − y_π(i)‖²)

    Between two sets of equally many points of equal weight the best plan is a permutation, which is found
    exactly. The distance of two sets of one law is not 0: in the plane it is about that of a sample to its
    nearest neighbours. Real samples are evenly spaced in the split. If it has fewer than N, only as many of
    the first x take part.
    """

    paper: ClassVar[str] = "Villani 2009, Optimal transport, old and new, chapter 6"
    keys: ClassVar[Keys] = {
        "wasserstein-1-{samples}-{split}": ("min", None),
        "wasserstein-2-{samples}-{split}": ("min", None),
    }
    needs: ClassVar[tuple[str, ...]] = ("vector",)

    samples: int = option(500, "N, generated samples per replica (time grows with its cube)", ge=1, le=5000)
    split: Literal["train", "test"] = option("test", "real samples to compare with")

    def fit(self, reference: Reference) -> None:
        self.real = evenly(reference.data.split(self.split)["real"], self.samples).double()

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of points [R, N, D]."""
        distances = torch.cdist(samples.fake[:, : len(self.real)].double(), self.real)
        return self.named(least_costs(distances), least_costs(distances.square()).sqrt())


def least_costs(costs: Tensor) -> Tensor:
    """The mean cost of the best assignment, for each replica: `[R, N, N] -> [R]`."""
    means = [table[linear_sum_assignment(table)].mean() for table in costs.cpu().numpy()]
    return costs.new_tensor(means)
