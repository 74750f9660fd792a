"""The base of metrics that compare the features of generated samples with those of real ones."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from gbench.data.rows import evenly
from gbench.errors import UserError
from gbench.evaluation.metric import Metric
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench.plugins.options import option


@dataclass(kw_only=True)
class FeatureMetric(Metric):
    """A metric of features, one replica at a time: a subclass defines `fit` and `compare`.

    A replica with a feature that is not finite has the score NaN, and `compare` is not asked.

    Example, a file `mean_shift.py` in a plugin package:

        @dataclass(kw_only=True)
        class MeanShift(FeatureMetric):
            keys = {"mean-shift-{features}-{samples}-{split}": ("min", None)}

            def fit(self, reference: Reference) -> None:
                self.mean = self.as_many(reference).mean(0)

            def compare(self, fake: Tensor) -> Tensor:
                return (fake.mean(0) - self.mean).norm()
    """

    features: str = option("pixels", "features to compare")
    split: Literal["train", "test"] = option("train", "real samples to compare with")

    def as_many(self, reference: Reference, least: int = 2) -> Tensor:
        """Real features [M, d]: M is the number of generated samples, or that of the split if it is smaller.

        They are evenly spaced in the split. Raises UserError below `least` real or generated ones.
        """
        real = evenly(reference.features(self.features, self.split), self.samples)
        if min(self.samples, len(real)) < least:
            raise UserError(
                f"{self.name}: at least {least} samples are needed; "
                f"there are {self.samples} generated and {len(real)} real"
            )
        return real

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of features [R, N, d]."""
        return self.of_each(self._compare_if_finite, samples.features(self.features))

    def _compare_if_finite(self, fake: Tensor) -> Tensor:
        if fake.isfinite().all():
            return self.compare(fake)
        return fake.new_full((len(self.keys),), torch.nan, dtype=torch.float64)

    def compare(self, fake: Tensor) -> Tensor:
        """The score [] of one replica's features [N, d]; if there are several `keys`, one for each."""
        raise NotImplementedError
