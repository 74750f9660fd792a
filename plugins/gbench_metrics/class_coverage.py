"""How many classes the generator draws, and how evenly, by a classifier's vote."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from gbench.api import Keys, Metric, Samples, option


@dataclass(kw_only=True)
class ClassCoverage(Metric):
    """Two numbers of the histogram p of the samples' most probable classes, out of K:

    - class-coverage: the share of classes, 0..1, that get at least `min_share` of their fair share 1/K. One
    of
      ten classes needs 2.5 % of the samples by default. That is more than the classifier's errors, which
      would otherwise pretend classes. The rule is a choice of gbench; published counts need one sample;
    - class-entropy: −Σ p log p / log K, 0..1.
    """

    paper: ClassVar[str] = "Srivastava et al. 2017, VEEGAN (modes by a classifier), arXiv:1705.07761"
    keys: ClassVar[Keys] = {
        "class-coverage-{samples}": ("max", 0.0),
        "class-entropy-{samples}": ("max", 0.0),
    }
    needs: ClassVar[tuple[str, ...]] = ("image", "label")

    features: str = option("classifier", "features that give class probabilities")
    min_share: float = option(0.25, "part of its fair share 1/K from which on a class counts", gt=0, le=1)

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of probabilities [R, N, K]; NaN where any is not finite."""
        probabilities = samples.probabilities(self.features)
        classes = probabilities.shape[-1]
        share = F.one_hot(probabilities.argmax(-1), classes).double().mean(1)
        share[~probabilities.flatten(1).isfinite().all(1)] = math.nan
        covered = torch.where(share.isnan(), share, (share * classes >= self.min_share - 1e-9).double())
        return self.named(covered.mean(1), -share.xlogy(share).sum(1) / math.log(classes))
