"""All that a report tells about a suite: its cells with what was recorded of them, best first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from gbench.colours import colours_of
from gbench.recipe import Json
from gbench.record import ContestRecord
from gbench.record.history import Probed
from gbench.report.standings import Failure, Row, Standings, standings
from gbench.statistics.arrays import Floats
from gbench.statistics.curves import Curves
from gbench.statistics.scores import Score
from gbench.statistics.summary import Summary
from gbench.suite.cell import Cell


@dataclass(frozen=True)
class Entry:
    """A cell with what was recorded of it."""

    cell: Cell
    #: The statistics over the replicas that have ended.
    summary: Summary
    #: Those that have ended, ascending; while none has, those that train. The rows of all curves.
    replicas: Sequence[int] = ()
    #: By replica: its status and its last step.
    outcomes: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    #: By metric key.
    curves: Mapping[str, Curves] = field(default_factory=dict)
    #: By name, thinned for drawing.
    traces: Mapping[str, Curves] = field(default_factory=dict)
    #: By purpose, summed over the cohorts.
    seconds: Mapping[str, float] = field(default_factory=dict)
    #: How the cell stands, in words.
    state: str = "done"
    #: Why cohorts were given up, a line each.
    errors: Sequence[str] = ()
    #: By replica: its pictures of samples, each with its step, in the order of the steps.
    shots: Mapping[int, Sequence[tuple[int, Path]]] = field(default_factory=dict)
    #: What each cohort ran on and with.
    facts: Sequence[Json] = ()
    #: By metric key and replica: the standard deviation of the last score over draws of latents.
    sampling: Mapping[str, Mapping[int, float | None]] = field(default_factory=dict)
    #: By the name of a probe.
    probes: Mapping[str, Probed] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The technique's, which its colour belongs to."""
        return self.cell.label

    @property
    def title(self) -> str:
        """The technique with its point of the grid."""
        return self.cell.name.removeprefix(f"{self.cell.dataset}/")

    @property
    def row(self) -> Row:
        return Row(self.cell, self.summary, self.seconds.get("train", 0.0))

    @property
    def ended(self) -> bool:
        return self.summary.replicas > 0

    def score(self, key: str) -> Score:
        return Score(*self.cell.scores[key])

    def statistic(self, name: str) -> float | None:
        return self.summary.statistics.get(name)

    def last(self, key: str) -> Floats:
        """`[R]`: the last scores of the replicas, NaN for one that diverged."""
        if key not in self.curves:
            return np.full(len(self.replicas), np.nan)
        diverged = [self.outcomes[replica][0] == "diverged" for replica in self.replicas]
        return np.where(diverged, np.nan, self.curves[key].values[:, -1])

    def count(self, name: str) -> int:
        """How many of the replicas, from a share such as `converged`."""
        return round((self.statistic(name) or 0.0) * self.summary.replicas)

    @property
    def fails(self) -> bool:
        """Whether it misses its thresholds, or diverges, in most seeds."""
        missed = bool(self.cell.thresholds) and (self.statistic("converged") or 0.0) < 0.5
        return missed or (self.statistic("diverged") or 0.0) > 0.5


@dataclass(frozen=True)
class DatasetResults:
    """A data set with the results of its cells."""

    #: What the suite calls it.
    dataset: str
    #: The tables' ranking.
    standing: Standings
    #: The cells that have ended, the best first.
    ranked: list[Entry]
    #: The cells that have not ended.
    waiting: list[Entry]
    #: Cells that were measured by other metrics, at another time; they are not compared.
    others: Sequence[Entry] = ()

    @property
    def primary(self) -> str | None:
        return self.standing.primary

    @property
    def keys(self) -> list[str]:
        """Every metric, the primary one first."""
        return [*([self.primary] if self.primary else []), *self.standing.others]

    def arrow(self, key: str) -> str:
        """The metric with the way that is better, as `fd-pixels ↓`."""
        entry = next(entry for entry in self.everyone if key in entry.cell.scores)
        return f"{key} {'↓' if entry.score(key).direction == 'min' else '↑'}"

    @property
    def everyone(self) -> list[Entry]:
        return [*self.ranked, *self.waiting]

    @cached_property
    def leaders(self) -> list[Entry]:
        """The best point of each technique, best first."""
        best: dict[str, Entry] = {}
        for entry in self.ranked:
            best.setdefault(entry.label, entry)
        return list(best.values())

    @property
    def has_grid(self) -> bool:
        return any(len(points) > 1 for points in self.points.values())

    @property
    def points(self) -> dict[str, list[Entry]]:
        """The cells of each technique."""
        found: dict[str, list[Entry]] = {}
        for entry in self.ranked:
            found.setdefault(entry.label, []).append(entry)
        return found


@dataclass(frozen=True)
class Study:
    """A suite as recorded."""

    name: str
    entries: list[Entry]
    #: The question that the suite answers.
    summary: str = ""
    #: The text of `suite.yaml`.
    suite: str = ""
    #: What the contests of all data sets found.
    contests: Sequence[ContestRecord] = ()

    @cached_property
    def colours(self) -> dict[str, str]:
        return colours_of(entry.label for entry in self.entries)

    @cached_property
    def datasets(self) -> list[DatasetResults]:
        """The results of each data set, in the order of the cells."""
        return [
            _results(name, [entry for entry in self.entries if entry.cell.dataset == name])
            for name in dict.fromkeys(entry.cell.dataset for entry in self.entries)
        ]

    @property
    def labels(self) -> list[str]:
        return sorted(self.colours)


def _results(dataset: str, entries: list[Entry]) -> DatasetResults:
    """Ranked as the tables rank: by the median of the primary metric, then convergence, then name."""
    alike, others = _comparable(entries)
    by_name = {entry.cell.id: entry for entry in alike}
    (standing,) = standings([entry.row for entry in alike])
    ranked = [by_name[row.cell.id] for row in standing.rows if isinstance(row.cell, Cell)]
    ended = [entry for entry in ranked if entry.ended]
    return DatasetResults(dataset, standing, ended, [entry for entry in ranked if not entry.ended], others)


def _comparable(entries: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Those that were measured by the same metrics as most, and the others."""
    measures = [(entry.cell.primary, frozenset(entry.cell.scores)) for entry in entries]
    usual = max(measures, key=measures.count)
    pairs = list(zip(entries, measures, strict=True))
    return [e for e, own in pairs if own == usual], [e for e, own in pairs if own != usual]


def rows_of(entries: Iterable[Entry]) -> list[Row]:
    """A row of the tables for every cell with a replica that has ended."""
    return [entry.row for entry in entries if entry.ended]


def failures_of(entries: Iterable[Entry]) -> list[Failure]:
    """Every cohort that was given up."""
    return [Failure(entry.cell.name, error) for entry in entries for error in entry.errors]
