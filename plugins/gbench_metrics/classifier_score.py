"""The inception score on any classifier: is it sure of each sample, and does it see many classes?"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Keys, ProbabilityMetric, Reference, UserError, option
from gbench_metrics._divergences import information


@dataclass(kw_only=True)
class ClassifierScore(ProbabilityMetric):
    """exp E KL(p(y|x) ‖ p(y)), 1..K for K classes, p(y) the mean of p(y|x) over the samples.

    Salimans et al. 2016, section 4, take Inception-v3 as the classifier: that is `inception-score`.
    Consecutive samples form `splits` parts; each has a score, and the metric is the mean of these. A part of
    n samples scores too high by a factor of about exp((K − 1)/2n), so one part is the default (a choice; the
    paper's code has 10 of 5,000). A class of probability exactly 0 adds nothing; the logarithm in published
    code gives NaN.
    """

    paper: ClassVar[str] = (
        "Salimans et al. 2016, Improved techniques for training GANs, section 4, arXiv:1606.03498"
    )
    keys: ClassVar[Keys] = {"is-{features}-{samples}-{splits}-splits": ("max", 1.0)}

    splits: int = option(1, "parts that the samples are scored in", ge=1)

    def fit(self, reference: Reference) -> None:
        """Raises UserError if a part would be empty."""
        if self.splits > self.samples:
            raise UserError(
                f"{self.name}: {self.samples} samples cannot be split into {self.splits}; take fewer splits"
            )

    def rate(self, probabilities: Tensor) -> Tensor:
        """Of one replica's probabilities [N, K]."""
        parts = probabilities.tensor_split(self.splits)
        return torch.stack([information(part).exp() for part in parts]).mean()
