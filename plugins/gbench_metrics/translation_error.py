"""Translation error: how far translated samples are from what they should have become."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Metric, Reference, Samples, evenly, option


@dataclass(kw_only=True)
class TranslationError(Metric):
    """Mean |T(a) − b| over pixels of test samples a of the source, b what a should become.

    0 for the right map; what doing nothing costs depends on the data, 1.58 for the negatives of digits in
    [−1, 1]. Training sees no pairs, so a game that finds another map between the domains is wrong here and
    nowhere else.
    """

    keys: ClassVar[dict[str, tuple[str, float | None]]] = {"translation-error-{samples}": ("min", None)}
    needs: ClassVar[tuple[str, ...]] = ("image", "aligned")
    asks: ClassVar[tuple[str, ...]] = ("translate",)

    samples: int = option(1000, "test samples at most, evenly spaced", ge=2)

    def fit(self, reference: Reference) -> None:
        self.source = evenly(reference.test["source"], self.samples)
        self.target = evenly(reference.test["real"], self.samples)

    def score(self, samples: Samples) -> dict[str, Tensor]:
        translated = samples.ask("translate", self.source)
        return self.named((translated - self.target).abs().flatten(1).double().mean(1))
