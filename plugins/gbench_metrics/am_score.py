"""AM score: is a classifier sure of each sample, and are the classes as frequent as in the data?"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor

from gbench.api import Keys, ProbabilityMetric, Reference, option
from gbench_metrics._divergences import divergence, entropy


@dataclass(kw_only=True)
class AmScore(ProbabilityMetric):
    """KL(p*(y) ‖ p(y)) + E H(p(y|x)) in nats, at least 0; small is good (Zhou et al. 2018, section 5.2).

    p* and p are the mean probabilities that the classifier gives to real and to generated samples. A class of
    the data that is never generated would make the score infinite. Its probability counts as 1e-38, so it
    adds 87.5 p*(y) or less.
    """

    paper: ClassVar[str] = (
        "Zhou et al. 2018, Activation maximization generative adversarial nets, arXiv:1703.02000"
    )
    keys: ClassVar[Keys] = {"am-score-{features}-{samples}-{split}": ("min", None)}

    split: Literal["train", "test"] = option("train", "real samples whose classes are the standard")

    def fit(self, reference: Reference) -> None:
        self.real = reference.probabilities(self.features, self.split).double().mean(0)

    def rate(self, probabilities: Tensor) -> Tensor:
        """Of one replica's probabilities [N, K]."""
        return divergence(self.real, probabilities.mean(0)) + entropy(probabilities).mean()
