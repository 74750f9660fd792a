"""Generated samples of all replicas, with their features computed once."""

from collections.abc import Callable

import torch
from torch import Tensor

from gbench.errors import UserError
from gbench.evaluation.features import Extracted, Features

#: A discriminator: samples [R, N, ...] to scores [R, N], or None in a game without one.
Discriminator = Callable[[Tensor], Tensor | None]

#: A verb of the game and samples [R, N, ...] to its answer [R, N, ...]; None if it has no such verb.
Ask = Callable[[str, Tensor], Tensor | None]

CHUNK = 500  # samples whose features or scores are computed together


class Samples:
    """N samples of each of R replicas.

    `take` and `replica` give excerpts, which share features and scores with the whole: these are computed
    once, a chunk at a time, and only for the chunks that are asked for.
    """

    #: The samples [R, N, ...].
    fake: Tensor

    #: The classes [R, N] that the generator was asked for; None if its game asks for none.
    labels: Tensor | None

    def __init__(
        self,
        fake: Tensor,
        extractors: dict[str, Features],
        discriminator: Discriminator | None = None,
        labels: Tensor | None = None,
        ask: Ask | None = None,
    ):
        self.fake = fake
        self.labels = labels
        self._extractors = extractors
        self._discriminator = discriminator
        self._ask = ask
        self._scores = fake.new_empty(len(fake), 0)
        self._extracted: dict[str, Extracted] = {}

    @property
    def replicas(self) -> int:
        return len(self.fake)

    def features(self, name: str) -> Tensor:
        """Feature vectors [R, N, d]."""
        return self._extract(name).vectors

    def probabilities(self, name: str) -> Tensor:
        """Class probabilities [R, N, K]. Raises UserError if these features give none."""
        return probabilities(name, self._extract(name))

    def scores(self) -> Tensor:
        """The scores [R, N] of the samples by their own replica's discriminator; NaN without one."""
        return self._scores_of_first(self._count)[:, : self._count]

    def scores_of(self, real: Tensor) -> Tensor:
        """The scores [R, N] of real samples [N, ...] by each replica's discriminator; NaN without one."""
        return self._score(real.expand(self.replicas, *real.shape))

    def ask(self, verb: str, given: Tensor) -> Tensor:
        """What the game answers of test samples [N, ...], [R, N, ...]: `reconstruct`, `translate`, ...

        A metric that asks says so in `asks`. Raises UserError in a game that has no such verb.
        """
        everyone = given.expand(self.replicas, *given.shape)
        answer = self._ask(verb, everyone) if self._ask else None
        if answer is None:
            raise UserError(f"a metric asks the game to {verb}, which it does not; name the verb in `asks`")
        return answer

    def take(self, n: int) -> "Samples":
        """The first `n` samples of each replica."""
        assert n <= self._count, f"{n} samples asked of {self._count}"
        return self if n == self._count else Excerpt(self, (slice(None), slice(n)))

    def replica(self, index: int) -> "Samples":
        """One replica, still with a leading axis of length 1."""
        return Excerpt(self, (slice(index, index + 1), slice(None)))

    @property
    def _count(self) -> int:
        return self.fake.shape[1]

    def _extract(self, name: str) -> Extracted:
        vectors, chances = self._extract_first(name, self._count)
        return Extracted(vectors[:, : self._count], None if chances is None else chances[:, : self._count])

    def _extract_first(self, name: str, count: int) -> Extracted:
        """Features of the first `count` samples or more: of whole chunks, so that no sample is seen twice."""
        done = self._extracted.get(name)
        start = done.vectors.shape[1] if done else 0
        if done is None or start < count:
            chunks = self.fake[:, start : whole_chunks(count)].split(CHUNK, dim=1)
            fresh = [self._compute(name, chunk) for chunk in chunks]
            self._extracted[name] = side_by_side([done, *fresh] if done else fresh)
        return self._extracted[name]

    def _compute(self, name: str, chunk: Tensor) -> Extracted:
        """One replica after the other, because a replica's numbers must not depend on how many there are."""
        each = [self._extractors[name].extract(images) for images in chunk]
        given = [extracted.probabilities for extracted in each if extracted.probabilities is not None]
        return Extracted(torch.stack([e.vectors for e in each]), torch.stack(given) if given else None)

    def _scores_of_first(self, count: int) -> Tensor:
        """Scores of the first `count` samples or more."""
        start = self._scores.shape[1]
        if start < count:
            fresh = self._score(self.fake[:, start : whole_chunks(count)])
            self._scores = torch.cat([self._scores, fresh], dim=1)
        return self._scores

    def _score(self, samples: Tensor) -> Tensor:
        """Scores [R, n] of samples [R, n, ...]; NaN without a discriminator."""
        score = self._discriminator
        given = [score(chunk) if score else None for chunk in samples.split(CHUNK, dim=1)]
        found = [scores for scores in given if scores is not None]
        return torch.cat(found, dim=1) if found else samples.new_full(samples.shape[:2], torch.nan)


class Excerpt(Samples):
    """The first samples of some replicas; their features and scores are taken from the whole."""

    def __init__(self, whole: Samples, where: tuple[slice, slice]):
        labels = None if whole.labels is None else whole.labels[where]
        super().__init__(whole.fake[where], whole._extractors, labels=labels)
        self._whole = whole
        self._rows = where[0]

    def scores_of(self, real: Tensor) -> Tensor:
        return self._whole.scores_of(real)[self._rows]

    def ask(self, verb: str, given: Tensor) -> Tensor:
        return self._whole.ask(verb, given)[self._rows]

    def _scores_of_first(self, count: int) -> Tensor:
        return self._whole._scores_of_first(count)[self._rows]

    def _extract_first(self, name: str, count: int) -> Extracted:
        vectors, chances = self._whole._extract_first(name, count)
        return Extracted(vectors[self._rows], None if chances is None else chances[self._rows])


def whole_chunks(count: int) -> int:
    """Where the chunk that holds the last of `count` samples ends."""
    return -(-count // CHUNK) * CHUNK


def side_by_side(parts: list[Extracted]) -> Extracted:
    """Features of consecutive samples [R, n, ...] as one."""
    given = [part.probabilities for part in parts if part.probabilities is not None]
    return Extracted(
        torch.cat([part.vectors for part in parts], dim=1), torch.cat(given, dim=1) if given else None
    )


def probabilities(name: str, extracted: Extracted) -> Tensor:
    """Class probabilities. Raises UserError, which names the features, if they give none."""
    if extracted.probabilities is None:
        raise UserError(f"features '{name}' give no class probabilities; use features of a classifier")
    return extracted.probabilities
