"""The base of metrics of the class probabilities that a classifier gives to generated samples."""

from dataclasses import dataclass

from torch import Tensor

from gbench.evaluation.metric import Metric
from gbench.evaluation.samples import Samples
from gbench.plugins.options import option


@dataclass(kw_only=True)
class ProbabilityMetric(Metric):
    """A metric of class probabilities, one replica at a time: a subclass defines `rate`.

    Probabilities that are not finite reach `rate` as they are, so the score becomes NaN.

    Example, a file `confidence.py` in a plugin package:

        @dataclass(kw_only=True)
        class Confidence(ProbabilityMetric):
            keys = {"confidence-{features}-{samples}": ("max", 0.0)}

            def rate(self, probabilities: Tensor) -> Tensor:
                return probabilities.amax(1).mean()
    """

    features: str = option("classifier", "features that give class probabilities")

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of probabilities [R, N, K], in float64."""
        return self.of_each(self.rate, samples.probabilities(self.features).double())

    def rate(self, probabilities: Tensor) -> Tensor:
        """The score [] of one replica's probabilities [N, K]; if there are several `keys`, one for each."""
        raise NotImplementedError
