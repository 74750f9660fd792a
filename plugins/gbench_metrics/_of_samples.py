"""Metrics that compare the generated samples themselves with real ones, replica by replica."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from gbench.api import Metric, Reference, Samples, option
from gbench.evaluation.reference import spread


@dataclass(kw_only=True)
class OfSamples(Metric):
    """`compare` gives the values of one replica, in the order of `keys`."""

    split: Literal["train", "test"] = option("train", "real samples to compare with")

    def everything(self, reference: Reference) -> Tensor:
        """All real samples of the split, [M, ...]."""
        return reference.data.split(self.split)["real"]

    def as_many(self, reference: Reference) -> Tensor:
        """As many real samples as generated ones, evenly spaced in the split, or all of them if fewer."""
        return spread(self.everything(reference), self.samples)

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of samples [R, N, ...]."""
        return self.named(*torch.stack([self.compare(fake) for fake in samples.fake]).unbind(1))

    def compare(self, fake: Tensor) -> Tensor:
        """Of one replica's samples [N, ...]."""
        raise NotImplementedError
