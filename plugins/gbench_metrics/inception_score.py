"""Inception score: is Inception-v3 sure of each sample, and does it see many classes?"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from gbench.api import Keys, option
from gbench_metrics.classifier_score import ClassifierScore


@dataclass(kw_only=True)
class InceptionScore(ClassifierScore):
    """exp E KL(p(y|x) ‖ p(y)), 1..K, with p(y|x) from the published Inception-v3.

    Salimans et al. 2016, section 4, with the protocol of the paper's code: the mean over 10 splits of 5,000
    consecutive samples each. On other classifiers it is `classifier-score`.
    """

    paper: ClassVar[str] = (
        "Salimans et al. 2016, Improved techniques for training GANs, section 4, arXiv:1606.03498"
    )
    keys: ClassVar[Keys] = {"inception-score-{samples}-{splits}-splits": ("max", 1.0)}

    samples: int = option(50_000, "generated samples per replica (Salimans et al. 2016)", ge=2)
    features: Literal["inception-v3"] = option("inception-v3", "what gives the class probabilities")
    splits: int = option(10, "parts that the samples are scored in (Salimans et al. 2016, code)", ge=1)
