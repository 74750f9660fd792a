"""Who is ahead: the cells of each data set, ranked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from gbench.report.numerals import clock, interval, significant
from gbench.statistics.scores import Score
from gbench.statistics.summary import Judged, Summary


class Ranked(Judged, Protocol):
    """What a table says about a cell; see `gbench.suite.cell.Cell`."""

    @property
    def name(self) -> str: ...
    @property
    def dataset(self) -> str: ...


@dataclass(frozen=True)
class Row:
    """A cell with its summary and the seconds it trained."""

    cell: Ranked
    summary: Summary
    seconds: float

    @property
    def technique(self) -> str:
        """The cell's name without its data set."""
        return self.cell.name.removeprefix(f"{self.cell.dataset}/")

    def score(self, key: str) -> str:
        """`median [low, high]` of a metric; a dash where the cell has not measured it."""
        found = self.summary.statistics
        if f"median/{key}" not in found:
            return "–"
        return interval(found[f"median/{key}"], found[f"low/{key}"], found[f"high/{key}"])

    def median(self, key: str) -> str:
        """The median of a metric; a dash where the cell has not measured it."""
        median = self.summary.statistics.get(f"median/{key}")
        return "–" if median is None else significant(median)

    def count(self, name: str) -> str:
        """How many replicas of all, such as `7/8`, from a share; a dash where there is none."""
        share = self.summary.statistics.get(name)
        return "–" if share is None else f"{round(share * self.summary.replicas)}/{self.summary.replicas}"

    @property
    def time(self) -> str:
        return clock(self.seconds)


@dataclass(frozen=True)
class Failure:
    """A cell that gave no result, and why, in one line."""

    name: str
    reason: str


@dataclass(frozen=True)
class Standings:
    """The rows of one data set, the best first, and the metric that ranks them (None: convergence does)."""

    dataset: str
    primary: str | None
    others: list[str]
    rows: list[Row]

    @property
    def columns(self) -> list[str]:
        """The heads that `lines` follows; an arrow says which way is better."""
        metrics = [f"{key} {self._arrow(key)}" for key in (self._primary_keys() + self.others)]
        return ["technique", *metrics, "converged", "diverged", "collapsed", "time"]

    def lines(self) -> list[list[str]]:
        """A row of texts for each cell, as `columns`."""
        return [
            [
                row.technique,
                *(row.score(key) for key in self._primary_keys()),
                *(row.median(key) for key in self.others),
                *(row.count(name) for name in ("converged", "diverged", "collapsed")),
                row.time,
            ]
            for row in self.rows
        ]

    def _primary_keys(self) -> list[str]:
        return [] if self.primary is None else [self.primary]

    def _arrow(self, key: str) -> str:
        direction = next(row.cell.scores[key][0] for row in self.rows if key in row.cell.scores)
        return "↓" if direction == "min" else "↑"


def standings(rows: Iterable[Row]) -> list[Standings]:
    """The rows by data set, in the order in which these appear, the best first.

    The median of the primary metric ranks; ties go by convergence, then by name.
    """
    by_dataset: dict[str, list[Row]] = {}
    for row in rows:
        by_dataset.setdefault(row.cell.dataset, []).append(row)
    return [_of(dataset, members) for dataset, members in by_dataset.items()]


def _of(dataset: str, rows: list[Row]) -> Standings:
    primary = next((row.cell.primary for row in rows if row.cell.primary is not None), None)
    keys = dict.fromkeys(key for row in rows for key in row.cell.scores)
    return Standings(dataset, primary, [key for key in keys if key != primary], sorted(rows, key=_place))


def _place(row: Row) -> tuple[float, float, str]:
    return (_cost(row), -row.summary.statistics.get("converged", 0.0), row.cell.name)


def _cost(row: Row) -> float:
    """The median of the primary metric, negated where more is better."""
    primary = row.cell.primary
    if primary is None:
        return 0.0
    score = Score(*row.cell.scores[primary])
    return score.sign * row.summary.statistics.get(f"median/{primary}", score.floor)
