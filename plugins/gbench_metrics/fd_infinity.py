"""Fréchet distance for infinitely many samples, extrapolated from fewer samples."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from gbench.api import Keys, Reference, UserError, option
from gbench_metrics.frechet_distance import FrechetDistance

SMALLEST = 0.1  # share of the samples in the smallest subset


@dataclass(kw_only=True)
class FdInfinity(FrechetDistance):
    """The value at 1/n = 0 of a line that is fitted to the Fréchet distances of subsets of n samples over
    1/n.

    Chong and Forsyth 2020, section 3.1: there are 15 sizes n, evenly spaced from a tenth of the samples to
    all of them. Each subset is drawn anew, but is the same at every call. The result has no bias from few
    generated samples, but one from few real samples, and it may be negative. The bias is a line in 1/n only
    if n is well above the number of features.
    """

    paper: ClassVar[str] = (
        "Chong and Forsyth 2020, Effectively unbiased FID and inception score and where to find them, "
        "arXiv:1911.07023"
    )
    keys: ClassVar[Keys] = {"fd-infinity-{features}-{samples}-{split}": ("min", None)}

    points: int = option(15, "sizes of subsets (Chong and Forsyth 2020)", ge=2)

    def fit(self, reference: Reference) -> None:
        """Raises UserError if a subset would have a single sample."""
        least = round(2 / SMALLEST)
        if self.samples < least:
            raise UserError(f"fd-infinity: needs at least {least} samples; there are {self.samples}")
        super().fit(reference)

    def compare(self, fake: Tensor) -> Tensor:
        """The distance [] of one replica's features [N, d]."""
        generator = torch.Generator().manual_seed(0)
        sizes = np.linspace(SMALLEST * len(fake), len(fake), self.points).round().astype(int)
        drawn = [torch.randperm(len(fake), generator=generator)[:size].to(fake.device) for size in sizes]
        distances = torch.stack([super(FdInfinity, self).compare(fake[rows]) for rows in drawn])
        if not distances.isfinite().all():
            return distances.new_tensor(torch.nan)
        _, intercept = np.polyfit(1 / sizes, distances.cpu().numpy(), 1)
        return distances.new_tensor(intercept)
