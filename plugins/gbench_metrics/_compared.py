"""Metrics that compare the features of generated samples with those of real ones, a replica at a time."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from gbench.api import Metric, Reference, Samples, UserError, option
from gbench.evaluation.reference import spread


@dataclass(kw_only=True)
class Compared(Metric):
    """`compare` gives the scores of one replica, in the order of `keys`; NaN where not all is finite."""

    features: str = option("pixels", "features to compare")
    split: Literal["train", "test"] = option("train", "real samples to compare with")

    def drawn(self, reference: Reference, least: int = 2) -> Tensor:
        """Features [M, d] of as many real samples as generated ones, evenly spaced, or of all if fewer.

        A UserError where there are fewer than `least`, real or generated.
        """
        real = spread(reference.features(self.features, self.split), self.samples)
        if min(self.samples, len(real)) < least:
            raise UserError(
                f"{component_name(self)}: at least {least} samples are needed; "
                f"there are {self.samples} generated and {len(real)} real"
            )
        return real

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of features [R, N, d]."""
        scores = [self.compare_if_finite(fake) for fake in samples.features(self.features)]
        return self.named(*torch.stack(scores).unbind(1))

    def compare_if_finite(self, fake: Tensor) -> Tensor:
        if fake.isfinite().all():
            return self.compare(fake)
        return fake.new_full((len(self.keys),), torch.nan, dtype=torch.float64)

    def compare(self, fake: Tensor) -> Tensor:
        """The scores of one replica's features [N, d]."""
        raise NotImplementedError


def component_name(metric: Metric) -> str:
    """`one-nearest-neighbour`: the name of the file that the metric's class lies in."""
    return type(metric).__module__.rpartition(".")[2].replace("_", "-")
