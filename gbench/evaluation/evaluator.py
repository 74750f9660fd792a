"""Measures generated samples of all replicas with all metrics."""

import math
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.evaluation.features import Features
from gbench.evaluation.metric import Metric
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Ask, Discriminator, Samples


class Evaluator:
    """Scores samples against `data` with all `metrics`, on the device where the data lie.

    `features` holds, by name, every features component that a metric names.
    """

    def __init__(self, data: Data, metrics: list[Metric], features: dict[str, Features]):
        self.data = data
        self.metrics = metrics
        self.features = features
        self.reference = Reference(data, features)

    def fit(self, folder: Path) -> "Evaluator":
        """Prepares features and metrics, once; `folder` keeps what is costly to prepare."""
        for features in self.features.values():
            features.fit(self.data, folder)
        self.reference = Reference(self.data, self.features, folder)
        for metric in self.metrics:
            metric.fit(self.reference)
        return self

    @property
    def num_samples(self) -> int:
        """The number of samples of each replica that `measure` needs; 0 without metrics."""
        return max((metric.samples for metric in self.metrics), default=0)

    def facts(self) -> dict[str, float]:
        """Facts of the fitted features, as `{"classifier/accuracy": 0.98}`."""
        return {
            f"{name}/{fact}": value
            for name, features in self.features.items()
            for fact, value in features.facts().items()
        }

    @torch.no_grad()
    def measure(
        self,
        fake: Tensor,
        discriminator: Discriminator | None = None,
        labels: Tensor | None = None,
        ask: Ask | None = None,
    ) -> dict[str, list[float]]:
        """{key: R values} of `fake` [R, N, ...]; NaN if a replica has no such number.

        `discriminator` is for metrics of its scores. `labels` are the classes [R, N] that the generator was
        asked for, if it was asked. `ask` is what the game answers, for metrics that ask it something.

        A replica with a sample that is not finite, or on which a metric breaks down numerically, gets NaN.
        The other replicas keep their values.
        """
        fake = fake.to(self.data.train["real"])
        finite = fake.flatten(1).isfinite().all(1)
        samples = Samples(
            fake[finite],
            self.features,
            discriminator=among(finite, discriminator) if discriminator else None,
            labels=None if labels is None else labels[finite],
            ask=(lambda verb, given: among(finite, partial(ask, verb))(given)) if ask else None,
        )
        values = {}
        for metric in self.metrics:
            for key, scores in score(metric, samples).items():
                everyone = torch.full((len(fake),), math.nan, dtype=torch.float64, device=fake.device)
                everyone[finite] = scores.double()
                values[key] = everyone.masked_fill(~everyone.isfinite(), math.nan).tolist()
        return values


def among(chosen: Tensor, discriminator: Discriminator) -> Discriminator:
    """A discriminator of the chosen replicas alone, made of one that expects samples of all.

    `chosen` are R flags.
    """

    def score_chosen(samples: Tensor) -> Tensor | None:
        everyone = samples.new_zeros(len(chosen), *samples.shape[1:])
        everyone[chosen] = samples
        scores = discriminator(everyone)
        return None if scores is None else scores[chosen]

    return score_chosen


def score(metric: Metric, samples: Samples) -> dict[str, Tensor]:
    """The scores of a metric.

    If linear algebra fails, the replicas are scored one by one, so that only those get NaN on which it fails.
    """
    if samples.replicas == 0:
        return dict.fromkeys(metric.names(), samples.fake.new_empty(0))
    try:
        return metric.score(samples.take(metric.samples))
    except torch.linalg.LinAlgError:  # type: ignore[attr-defined]  # torch documents it, its stub hides it
        if samples.replicas == 1:
            return dict.fromkeys(metric.names(), samples.fake.new_full((1,), math.nan))
    alone = [score(metric, samples.replica(index)) for index in range(samples.replicas)]
    return {key: torch.cat([scores[key] for scores in alone]) for key in metric.names()}
