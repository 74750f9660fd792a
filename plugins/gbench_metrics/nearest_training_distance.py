"""Distance of the samples to their nearest training samples, compared with that of test samples."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Keys, Metric, Reference, Samples, evenly, option
from gbench_metrics._neighbours import nearest


@dataclass(kw_only=True)
class NearestTrainingDistance(Metric):
    """Mean Euclidean distance d_g of a sample to the nearest of all training samples, in features:

    - nearest-training-gap: |d_g − d_t|, with d_t the same mean for as many test samples. 0 is expected.
    Copies,
      which have d_g = 0, and samples far from the data both raise it;
    - nearest-training-distance: d_g itself, which is best for copies.

    Since Goodfellow et al. 2014, figure 2, it is usual to show nearest neighbours as a check for memorising.
    The numbers are a choice.
    """

    paper: ClassVar[str] = "Goodfellow et al. 2014, Generative adversarial nets, arXiv:1406.2661"
    keys: ClassVar[Keys] = {
        "nearest-training-gap-{features}-{samples}": ("min", None),
        "nearest-training-distance-{features}-{samples}": ("min", None),
    }

    features: str = option("pixels", "features in which distances are taken")

    def fit(self, reference: Reference) -> None:
        self.train = reference.features(self.features, "train")
        test = evenly(reference.features(self.features, "test"), self.samples)
        self.expected = nearest(test, self.train)[0].mean()

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of features [R, N, d]."""
        means = [nearest(fake, self.train)[0].mean() for fake in samples.features(self.features)]
        distance = torch.stack(means)
        return self.named((distance - self.expected).abs(), distance)
