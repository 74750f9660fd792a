"""Mode score: the inception score, reduced if the classes are not as frequent as in the data."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor

from gbench.api import Keys, ProbabilityMetric, Reference, option
from gbench_metrics._divergences import divergence, information


@dataclass(kw_only=True)
class ModeScore(ProbabilityMetric):
    """exp(E KL(p(y|x) ‖ p(y)) − KL(p(y) ‖ p*(y))), 0..K for K classes; p* is that of real samples.

    Che et al. 2017, section 4. The form that starts with KL(p(y|x) ‖ p*(y)) equals the inception score for
    every p*, so it cannot be meant. p* is the mean of the classifier's probabilities of the real samples, as
    in Xu et al. 2018 (arXiv:1806.07755), and not of the labels, because its classes may not be those of the
    data.
    """

    paper: ClassVar[str] = (
        "Che et al. 2017, Mode regularized generative adversarial networks, section 4, arXiv:1612.02136"
    )
    keys: ClassVar[Keys] = {"mode-score-{features}-{samples}-{split}": ("max", 0.0)}

    split: Literal["train", "test"] = option("train", "real samples whose classes are the standard")

    def fit(self, reference: Reference) -> None:
        self.real = reference.probabilities(self.features, self.split).double().mean(0)

    def rate(self, probabilities: Tensor) -> Tensor:
        """Of one replica's probabilities [N, K]."""
        return (information(probabilities) - divergence(probabilities.mean(0), self.real)).exp()
