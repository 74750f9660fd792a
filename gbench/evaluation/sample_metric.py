"""The base of metrics that compare the generated samples themselves with real ones."""

from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from gbench.data.rows import evenly
from gbench.evaluation.metric import Metric
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench.plugins.options import option


@dataclass(kw_only=True)
class SampleMetric(Metric):
    """A metric of images, points or other raw samples, one replica at a time.

    A subclass defines `fit` and `compare`.

    Example, a file `brightness.py` in a plugin package:

        @dataclass(kw_only=True)
        class Brightness(SampleMetric):
            keys = {"brightness-{samples}-{split}": ("min", None)}

            def fit(self, reference: Reference) -> None:
                self.mean = self.everything(reference).mean()

            def compare(self, fake: Tensor) -> Tensor:
                return (fake.mean() - self.mean).abs()
    """

    split: Literal["train", "test"] = option("train", "real samples to compare with")

    def everything(self, reference: Reference) -> Tensor:
        """All real samples of the split, [M, ...]."""
        return reference.data.split(self.split)["real"]

    def as_many(self, reference: Reference) -> Tensor:
        """As many real samples as generated ones, evenly spaced in the split; all of a smaller split."""
        return evenly(self.everything(reference), self.samples)

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of samples [R, N, ...]."""
        return self.of_each(self.compare, samples.fake)

    def compare(self, fake: Tensor) -> Tensor:
        """The score [] of one replica's samples [N, ...]; if there are several `keys`, one for each."""
        raise NotImplementedError
