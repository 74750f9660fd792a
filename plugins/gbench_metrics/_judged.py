"""Metrics of what the game's own discriminator says of real and generated samples."""

from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from gbench.api import Metric, Reference, Samples, option
from gbench.evaluation.reference import spread


@dataclass(kw_only=True)
class Judged(Metric):
    """As many real samples as generated ones, evenly spaced in their split, or all of them if fewer."""

    split: Literal["train", "test"] = option("test", "real samples: those that were trained on, or others")

    def fit(self, reference: Reference) -> None:
        self.real = spread(reference.data.split(self.split)["real"], self.samples)

    def scores(self, samples: Samples) -> tuple[Tensor, Tensor]:
        """Of real and of generated samples, each [R, N], in float64."""
        return samples.scores_of(self.real).double(), samples.scores().double()
