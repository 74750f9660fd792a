"""Small classifiers that contests train: one hidden layer on feature vectors, from a fixed seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier
from torch import Tensor

from gbench.api import Contest, ContestField, UserError, evenly, option

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Labelled:
    """Samples with their classes."""

    #: Feature vectors [N, d].
    rows: Floats

    #: Classes [N].
    labels: Ints


@dataclass(kw_only=True)
class Classifying(Contest):
    """Base of contests that train classifiers, on features over the root mean square of the real ones."""

    features: str = option("pixels", "what the classifiers look at")
    width: int = option(128, "hidden units of the classifiers (a choice)", ge=1)
    epochs: int = option(20, "passes over the samples (a choice)", ge=1)

    def vectors(self, field: ContestField, raw: Tensor) -> Floats:
        """Features [N, d] as the classifiers see them."""
        scale = field.reference.features(self.features).square().mean().sqrt().clamp_min(1e-12)
        vectors: Floats = (raw / scale).cpu().numpy().astype(np.float32)
        return vectors

    def real(self, field: ContestField, split: str, count: int | None = None) -> Labelled:
        """Real samples: `count` of them, evenly spaced, or all."""
        rows = field.reference.features(self.features, split)
        labels = field.reference.data.split(split)["label"]
        count = count or len(rows)
        return Labelled(self.vectors(field, evenly(rows, count)), evenly(labels, count).cpu().numpy())

    def generated(self, field: ContestField, number: int) -> Labelled | None:
        """An entrant's samples with the classes that were asked for; None if its game asks for none."""
        labels = field.labels(number, self.samples)
        if labels is None:
            return None
        rows = field.features(number, self.samples, self.features)
        return Labelled(self.vectors(field, rows), labels.cpu().numpy())

    def labelled(self, field: ContestField) -> dict[int, Labelled]:
        """The samples of every entrant that did not diverge and knows classes.

        Raises UserError if there is no such entrant.
        """
        found = {number: self.generated(field, number) for number in field.fit(self.samples)}
        known = {number: samples for number, samples in found.items() if samples is not None}
        if not known:
            raise UserError("no game of these techniques tells classes of what it generates; use game cgan")
        return known

    def trained(self, samples: Labelled, classes: int) -> MLPClassifier:
        """A classifier that was trained for all epochs."""
        *_, network = epochs_of(samples, classes, self.width, self.epochs)
        return network


def epochs_of(samples: Labelled, classes: int, width: int, epochs: int) -> Iterator[MLPClassifier]:
    """The classifier after each pass over the samples, in minibatches of 64, with Adam at its usual rates."""
    size = min(64, len(samples.rows))
    random = np.random.RandomState(0)  # it goes on from epoch to epoch, where a seed would start again
    network = MLPClassifier((width,), batch_size=size, random_state=random)
    for _ in range(epochs):
        network.partial_fit(samples.rows, samples.labels, classes=np.arange(classes))
        yield network


def accuracy(network: MLPClassifier, samples: Labelled) -> float:
    """The share of samples whose class is recognised."""
    return float(network.score(samples.rows, samples.labels))


def unlabelled_notes(field: ContestField, fit: list[int], known: dict[int, Any]) -> list[str]:
    """A line for each cell that was trained, but whose game tells no classes."""
    return [
        f"{label}: its game tells no classes of what it generates, so it stays out"
        for label, members in field.cells.items()
        if set(members) & set(fit) and not set(members) & set(known)
    ]
