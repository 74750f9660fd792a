"""The base of metrics of the scores that the game's own discriminator gives."""

from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from gbench.data.rows import evenly
from gbench.evaluation.metric import Metric
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench.plugins.options import option


@dataclass(kw_only=True)
class ScoreMetric(Metric):
    """A metric of the discriminator's scores of real and of generated samples: a subclass defines `score`.

    There are as many real samples as generated ones, evenly spaced in their split, or all of a smaller split.
    All scores are NaN in a game whose discriminator does not score single samples.

    Example, a file `score_gap.py` in a plugin package:

        @dataclass(kw_only=True)
        class ScoreGap(ScoreMetric):
            keys = {"score-gap-{samples}-{split}": ("min", None)}

            def score(self, samples: Samples) -> dict[str, Tensor]:
                real, fake = self.scores(samples)
                return self.named((real.mean(1) - fake.mean(1)).abs())
    """

    split: Literal["train", "test"] = option("test", "real samples: those that were trained on, or others")

    def fit(self, reference: Reference) -> None:
        self.real = evenly(reference.data.split(self.split)["real"], self.samples)

    def scores(self, samples: Samples) -> tuple[Tensor, Tensor]:
        """The scores of real and of generated samples, each [R, N], in float64."""
        return samples.scores_of(self.real).double(), samples.scores().double()
