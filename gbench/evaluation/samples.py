"""Generated samples of all replicas, with their features computed once."""

from collections.abc import Callable

import torch
from torch import Tensor

from gbench.errors import UserError
from gbench.evaluation.features import Extracted, Features

Judge = Callable[[Tensor], Tensor | None]
CHUNK = 500  # samples that the discriminator looks at together


class Samples:
    """`fake` [R, N, ...]: N samples of each of R replicas.

    `take` and `replica` give parts that share the features already computed.
    """

    def __init__(self, fake: Tensor, extractors: dict[str, Features], judge: Judge | None = None):
        self.fake = fake
        self._extractors = extractors
        self._judge = judge
        self._scores: Tensor | None = None
        self._extracted: dict[str, Extracted] = {}

    @property
    def replicas(self) -> int:
        return len(self.fake)

    def features(self, name: str) -> Tensor:
        """Feature vectors [R, N, d]."""
        return self._extract(name).vectors

    def probabilities(self, name: str) -> Tensor:
        """Class probabilities [R, N, K]; a UserError where these features give none."""
        return probabilities(name, self._extract(name))

    def scores(self) -> Tensor:
        """What each replica's discriminator says of its samples, [R, N]; NaN in a game without one."""
        if self._scores is None:
            self._scores = self._judged(self.fake)
        return self._scores

    def scores_of(self, real: Tensor) -> Tensor:
        """What each replica's discriminator says of real samples [N, ...], [R, N]; NaN without one."""
        return self._judged(real.expand(self.replicas, *real.shape))

    def _judged(self, samples: Tensor) -> Tensor:
        given = [self._judge(part) if self._judge else None for part in samples.split(CHUNK, dim=1)]
        found = [scores for scores in given if scores is not None]
        return torch.cat(found, dim=1) if found else samples.new_full(samples.shape[:2], torch.nan)

    def take(self, n: int) -> "Samples":
        """The first `n` samples of each replica."""
        assert n <= self.fake.shape[1], f"{n} samples asked of {self.fake.shape[1]}"
        return self if n == self.fake.shape[1] else Part(self, (slice(None), slice(n)))

    def replica(self, index: int) -> "Samples":
        """One replica, still with a leading axis of length 1."""
        return Part(self, (slice(index, index + 1),))

    def _extract(self, name: str) -> Extracted:
        if name not in self._extracted:
            self._extracted[name] = self._compute(name)
        return self._extracted[name]

    def _compute(self, name: str) -> Extracted:
        """Replica by replica, so that no replica's numbers depend on how many there are."""
        each = [self._extractors[name].extract(images) for images in self.fake]
        given = [extracted.probabilities for extracted in each if extracted.probabilities is not None]
        return Extracted(torch.stack([e.vectors for e in each]), torch.stack(given) if given else None)


class Part(Samples):
    """A slice of samples that takes its features from the whole."""

    def __init__(self, whole: Samples, where: tuple[slice, ...]):
        super().__init__(whole.fake[where], whole._extractors)
        self._whole = whole
        self._where = where

    def scores(self) -> Tensor:
        return self._whole.scores()[self._where]

    def scores_of(self, real: Tensor) -> Tensor:
        return self._whole.scores_of(real)[self._where[0]]

    def _compute(self, name: str) -> Extracted:
        vectors, probabilities = self._whole._extract(name)
        return Extracted(vectors[self._where], None if probabilities is None else probabilities[self._where])


def probabilities(name: str, extracted: Extracted) -> Tensor:
    """Class probabilities, or a UserError that names the features which give none."""
    if extracted.probabilities is None:
        raise UserError(f"features '{name}' give no class probabilities; use features of a classifier")
    return extracted.probabilities
