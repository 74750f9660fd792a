"""Fréchet distance of infinitely many samples, from those of fewer and fewer."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from gbench.api import Keys, Reference, UserError, option
from gbench_metrics.frechet_distance import FrechetDistance

LEAST = 0.1  # of the samples are in the smallest subset


@dataclass(kw_only=True)
class FdInfinity(FrechetDistance):
    """The Fréchet distance at 1/n → 0 of the line fitted to those of subsets of n samples against 1/n.

    Chong and Forsyth 2020, section 3.1: 15 sizes n, evenly spaced from a tenth of the samples to all of
    them; each subset is drawn anew, always the same. Free of the bias of few generated samples, not of that
    of few real ones, and may be negative. The bias is a line in 1/n only while n is well above the number of
    features.
    """

    paper: ClassVar[str] = (
        "Chong and Forsyth 2020, Effectively unbiased FID and inception score and where to find them, "
        "arXiv:1911.07023"
    )
    keys: ClassVar[Keys] = {"fd-infinity-{features}-{samples}-{split}": ("min", None)}

    points: int = option(15, "sizes of subsets (Chong and Forsyth 2020)", ge=2)

    def fit(self, reference: Reference) -> None:
        """A UserError where subsets would be of one sample, or all of one size."""
        if self.samples < 2 / LEAST:
            raise UserError(f"fd-infinity: needs at least {2 / LEAST:.0f} samples; there are {self.samples}")
        super().fit(reference)

    def compare(self, fake: Tensor) -> Tensor:
        """The distance [] of one replica's features [N, d]."""
        generator = torch.Generator().manual_seed(0)
        sizes = np.linspace(LEAST * len(fake), len(fake), self.points).round().astype(int)
        drawn = [torch.randperm(len(fake), generator=generator)[:size].to(fake.device) for size in sizes]
        distances = torch.stack([super(FdInfinity, self).compare(fake[rows]) for rows in drawn])
        if not distances.isfinite().all():
            return distances.new_tensor(torch.nan)
        _, intercept = np.polyfit(1 / sizes, distances.cpu().numpy(), 1)
        return distances.new_tensor(intercept)
