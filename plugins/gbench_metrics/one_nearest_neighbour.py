"""Nearest-neighbour two-sample test: can a sample's nearest neighbour tell real from generated?"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import FeatureMetric, Keys, Reference
from gbench_metrics._neighbours import nearest, nearest_others


@dataclass(kw_only=True)
class OneNearestNeighbour(FeatureMetric):
    """Leave-one-out accuracy, 0..1, of the 1-nearest-neighbour rule on as many real as generated samples.

    - one-nn: of all samples. 0.5 if both sets have one law, and 1 if they lie apart. Far below 0.5 the
    generated
      samples copy real ones, and 0 means that each is a copy, so the lowest value is not the best;
    - one-nn-real, one-nn-fake: of the real and of the generated samples alone. Both are near 0.5 for a
    perfect
      generator. A collapsed generator's samples are seldom near real ones, and often near each other.

    Lopez-Paz and Oquab 2017, section 3, and Xu et al. 2018, section 2. If the nearest real and the nearest
    generated sample are equally far, the guess counts half.
    """

    paper: ClassVar[str] = (
        "Lopez-Paz and Oquab 2017, Revisiting classifier two-sample tests, arXiv:1610.06545; "
        "Xu et al. 2018, An empirical study on evaluation metrics of GANs, arXiv:1806.07755"
    )
    keys: ClassVar[Keys] = {
        "one-nn-{features}-{samples}-{split}": ("min", 1.0),
        "one-nn-real-{features}-{samples}-{split}": ("min", 1.0),
        "one-nn-fake-{features}-{samples}-{split}": ("min", 1.0),
    }

    def fit(self, reference: Reference) -> None:
        self.real = self.as_many(reference)
        self.within_real = reference.kept(self, lambda: {"within": nearest_others(self.real)})["within"]

    def compare(self, fake: Tensor) -> Tensor:
        """Accuracies [3] of one replica's features [N, d]."""
        fake = fake[: len(self.real)]
        of_real = accuracy(self.within_real, nearest(self.real, fake)[0])
        of_fake = accuracy(nearest_others(fake), nearest(fake, self.real)[0])
        return torch.stack([(of_real + of_fake) / 2, of_real, of_fake])


def accuracy(own: Tensor, other: Tensor) -> Tensor:
    """Share of samples nearer to their own kind than to the other, by the distances [N] to both."""
    return ((own < other).double() + (own <= other).double()).mean() / 2
