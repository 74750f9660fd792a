"""Which of two is better: two techniques of a run, or the same techniques in two runs."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gbench.errors import UserError, suggestion
from gbench.report.numerals import interval
from gbench.report.study import Entry, Study
from gbench.report.verdict import chance_text
from gbench.statistics.arrays import Floats
from gbench.statistics.comparison import (
    Difference,
    Improvement,
    improvement,
    median_difference,
    paired_improvement,
)


@dataclass(frozen=True)
class Pair:
    """Two cells to compare, `first` called `names[0]`, and whether their seeds are paired."""

    title: str
    names: tuple[str, str]
    first: Entry
    second: Entry

    @property
    def paired(self) -> bool:
        """Whether replicas of one number share data order and latents."""
        one, other = self.first.cell.recipe, self.second.cell.recipe
        alike = (one.seed, one.dataset) == (other.seed, other.dataset)
        return alike and bool(set(self.first.replicas) & set(self.second.replicas))

    @property
    def keys(self) -> list[str]:
        """Metrics that both have, the primary one first."""
        primary = self.first.cell.primary
        common = [key for key in self.first.cell.scores if key in self.second.cell.scores]
        return sorted(common, key=lambda key: key != primary)

    def lasts(self, key: str) -> tuple[Floats, Floats]:
        """The last scores of both; where they are paired, of the replicas that both have."""
        if not self.paired:
            return self.first.last(key), self.second.last(key)
        common = sorted(set(self.first.replicas) & set(self.second.replicas))
        return _of(self.first, key, common), _of(self.second, key, common)


def _of(entry: Entry, key: str, replicas: list[int]) -> Floats:
    return entry.last(key)[[list(entry.replicas).index(replica) for replica in replicas]]


@dataclass(frozen=True)
class Comparison:
    """What a metric says about a pair: how probably the first is better, and by how much."""

    key: str
    improvement: Improvement
    difference: Difference
    values: tuple[str, str]


def compare(pair: Pair, key: str) -> Comparison:
    """The comparison by one metric."""
    a, b = pair.lasts(key)
    score = pair.first.score(key)
    probably = (paired_improvement if pair.paired else improvement)(a, b, score)
    difference = median_difference(a, b, score, paired=pair.paired)
    return Comparison(key, probably, difference, (pair.first.row.score(key), pair.second.row.score(key)))


# Which cells


def techniques(study: Study, first: str, second: str) -> list[Pair]:
    """Two techniques of one study, on every data set and at every point that both have. Raises UserError."""
    known = sorted({name for entry in study.entries for name in (entry.label, entry.title)})
    for name in (first, second):
        if name not in known:
            raise UserError(f"no technique '{name}' in {study.name}{suggestion(name, known)}")
    whole = first in study.colours and second in study.colours
    found = [
        Pair(_title(one, whole), (first, second), one, other)
        for one in _named(study, first)
        for other in _named(study, second)
        if one.cell.dataset == other.cell.dataset and (not whole or one.cell.point == other.cell.point)
    ]
    return _ended(found, f"{first} and {second} have not both ended on any data set yet")


def runs(first: Study, second: Study, names: tuple[str, str]) -> list[Pair]:
    """The cells of one name in two studies. Raises UserError."""
    others = {entry.cell.name: entry for entry in second.entries}
    found = [
        Pair(entry.cell.name, names, entry, others[entry.cell.name])
        for entry in first.entries
        if entry.cell.name in others
    ]
    return _ended(found, "the two runs have no cell in common that has ended in both")


def _named(study: Study, name: str) -> Iterator[Entry]:
    return (entry for entry in study.entries if name in (entry.label, entry.title))


def _title(entry: Entry, whole: bool) -> str:
    point = entry.title.removeprefix(entry.label)
    return entry.cell.dataset + (point if whole else "")


def _ended(pairs: list[Pair], otherwise: str) -> list[Pair]:
    kept = [pair for pair in pairs if pair.first.ended and pair.second.ended and pair.keys]
    if not kept:
        raise UserError(otherwise)
    return kept


# In words


def in_words(pair: Pair) -> list[str]:
    """A sentence for each metric, and one about convergence; the primary metric's first."""
    lines = [_sentence(pair, compare(pair, key)) for key in pair.keys]
    return [*lines, *_reliability(pair)]


def _even(found: Comparison, a: str, b: str) -> str:
    """Where each wins as often as the other: the same, or no telling."""
    sides = f"between {a}, {found.values[0]}, and {b}, {found.values[1]}"
    if found.difference.low == found.difference.high == 0:
        return f"{found.key}: no difference {sides}."
    return (
        f"{found.key}: no telling {sides}. Each wins with probability {chance_text(found.improvement)}; "
        f"the medians differ by {_apart(found.difference)}."
    )


def _sentence(pair: Pair, found: Comparison) -> str:
    chance, better, worse = found.improvement, *pair.names
    values, difference = found.values, found.difference
    if chance.probability < 0.5:
        chance = Improvement(1 - chance.probability, 1 - chance.high, 1 - chance.low)
        better, worse, values = worse, better, values[::-1]
        difference = Difference(-difference.median, -difference.high, -difference.low)
    if chance.probability == 0.5:
        return _even(found, better, worse)
    verdict = (
        f"not sure, {better} is ahead of {worse}" if chance.undecided else f"{better} is better than {worse}"
    )
    seeds = "the same seed" if pair.paired else "a seed of each"
    return (
        f"{found.key}: {verdict}, {values[0]} against {values[1]}. It wins on {seeds} with probability "
        f"{chance_text(chance)}; the medians differ by {_apart(difference)}."
    )


def _apart(difference: Difference) -> str:
    return interval(difference.median, difference.low, difference.high)


def _reliability(pair: Pair) -> list[str]:
    texts = []
    for share, word in (("converged", "reaches its thresholds"), ("diverged", "diverges")):
        counts = [entry.row.count(share) for entry in (pair.first, pair.second)]
        shown = "–" not in counts and (
            share == "converged" or any(not count.startswith("0/") for count in counts)
        )
        if shown:
            first, second = pair.names
            texts.append(f"{first} {word} on {counts[0]} seeds, {second} on {counts[1]}.")
    return texts


def as_json(pair: Pair) -> dict[str, object]:
    """A pair's comparisons as plain data."""
    return {
        "title": pair.title,
        "first": pair.names[0],
        "second": pair.names[1],
        "paired": pair.paired,
        "converged": [pair.first.statistic("converged"), pair.second.statistic("converged")],
        "diverged": [pair.first.statistic("diverged"), pair.second.statistic("diverged")],
        "metrics": {key: _metric_json(compare(pair, key)) for key in pair.keys},
    }


def _metric_json(found: Comparison) -> dict[str, object]:
    chance, difference = found.improvement, found.difference
    return {
        "probability": chance.probability,
        "probability_interval": [chance.low, chance.high],
        "median_difference": _finite(difference.median),
        "median_difference_interval": [_finite(difference.low), _finite(difference.high)],
    }


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def summary_line(pairs: list[Pair]) -> str:
    """How often the first is better by the primary metric, over all pairs."""
    chances = [compare(pair, pair.keys[0]).improvement for pair in pairs]
    better = sum(chance.low > 0.5 for chance in chances)
    worse = sum(chance.high < 0.5 for chance in chances)
    first, second = pairs[0].names
    return (
        f"By the first metric of each of {len(pairs)}: {first} is better in {better}, {second} in {worse}, "
        f"no telling in {len(pairs) - better - worse}."
    )
