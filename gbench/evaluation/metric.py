"""What a metric plugin is."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench.plugins.keys import filled
from gbench.plugins.options import option


@dataclass(kw_only=True)
class Metric:
    """Base of metrics: `fit` once on the real side, then `score` generated samples of all replicas.

    A metric draws no random numbers, and no replica's score depends on another replica. A replica whose
    score does not exist is NaN. Keys state the protocol: `-{samples}` and, of an option that chooses real
    data, `-{split}` stand at their end.

    Example, a file `mean_error.py` in a plugin package:

        @dataclass(kw_only=True)
        class MeanError(Metric):
            keys = {"mean-error-{samples}": ("min", None)}

            def fit(self, reference: Reference) -> None:
                self.mean = reference.train["real"].mean(0)

            def score(self, samples: Samples) -> dict[str, Tensor]:
                return self.named((samples.fake.mean(1) - self.mean).flatten(1).norm(dim=1))
    """

    paper: ClassVar[str] = ""
    keys: ClassVar[dict[str, tuple[str, float | None]]] = {}  # {key: (direction, worst possible value)}
    needs: ClassVar[tuple[str, ...]] = ()  # traits of a data set
    asks: ClassVar[tuple[str, ...]] = ()  # verbs of a game, which must be among what it `answers`

    samples: int = option(1000, "generated samples per replica", ge=2)

    def names(self) -> list[str]:
        """The keys of `score`: `keys` with the values of options filled in."""
        return [filled(key, vars(self)) for key in self.keys]

    def named(self, *values: Tensor) -> dict[str, Tensor]:
        """Values [R], in the order of `keys`, by the names of these."""
        return dict(zip(self.names(), values, strict=True))

    def fit(self, reference: Reference) -> None:
        """Compute once whatever depends on the real side alone."""

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """{key: [R]}, of `samples` [R, N, ...]."""
        raise NotImplementedError
