"""What a metric plugin is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench.plugins.keys import Keys, filled
from gbench.plugins.named import Named
from gbench.plugins.options import option


@dataclass(kw_only=True)
class Metric(Named):
    """Base of metrics: `fit` once on the real side, then `score` generated samples of all replicas.

    A metric draws no random numbers, and no replica's score depends on another replica. A replica whose
    score does not exist is NaN.

    Example, a file `mean_error.py` in a plugin package:

        @dataclass(kw_only=True)
        class MeanError(Metric):
            keys = {"mean-error-{samples}": ("min", None)}

            def fit(self, reference: Reference) -> None:
                self.mean = reference.train["real"].mean(0)

            def score(self, samples: Samples) -> dict[str, Tensor]:
                return self.named((samples.fake.mean(1) - self.mean).flatten(1).norm(dim=1))
    """

    #: The source of the metric.
    paper: ClassVar[str] = ""

    #: What it records. A key states the protocol at its end: `-{samples}` and, where an option chooses the
    #: real data, `-{split}`.
    keys: ClassVar[Keys] = {}

    #: The traits that a data set must have.
    needs: ClassVar[tuple[str, ...]] = ()

    #: Verbs of a game, such as `translate`, which it must have among what it `answers`.
    asks: ClassVar[tuple[str, ...]] = ()

    samples: int = option(1000, "generated samples per replica", ge=2)

    def names(self) -> list[str]:
        """The keys of `score`: `keys` with the values of options filled in."""
        return [filled(key, vars(self)) for key in self.keys]

    def named(self, *values: Tensor) -> dict[str, Tensor]:
        """The values [R], given in the order of `keys`, by name."""
        return dict(zip(self.names(), values, strict=True))

    def of_each(self, score: Callable[[Tensor], Tensor], replicas: Tensor) -> dict[str, Tensor]:
        """What `score` says of each of the replicas [R, ...] alone, as `{key: [R]}`.

        `score` gives [K] in the order of `keys`, or [] where there is a single key.
        """
        scores = torch.stack([score(replica).reshape(-1) for replica in replicas])
        return self.named(*scores.unbind(1))

    def fit(self, reference: Reference) -> None:
        """Compute once whatever depends on the real side alone."""

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """{key: [R]}, of `samples` [R, N, ...]."""
        raise NotImplementedError
