"""How far a cell is: which replicas have a result, which cohorts were begun, what is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from gbench.record.cohort_folder import CohortDirectory
from gbench.suite.cell import Cell


class Outcome(NamedTuple):
    """How a replica stands after `step` rounds."""

    status: Literal["done", "diverged", "unfinished"]
    step: int


@dataclass(frozen=True)
class Begun:
    """A cohort without a result: interrupted, or running if a driver holds the run's lock."""

    first: int
    last: int
    step: int  # of its last commit
    committed: bool
    started: int  # the latest attempt, ms since 1970
    attempts: int
    error: dict[str, Any] | None


@dataclass(frozen=True)
class CellStatus:
    """`outcomes` holds the replicas with a result, `begun` the cohorts without one, newest first."""

    cell: Cell
    outcomes: dict[int, Outcome]
    begun: list[Begun]

    @property
    def missing(self) -> list[int]:
        """The replicas without a result."""
        return [replica for replica in range(self.cell.replicas) if replica not in self.outcomes]

    @property
    def diverged(self) -> list[int]:
        return [replica for replica, outcome in self.outcomes.items() if outcome.status == "diverged"]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Why cohorts that are still wanted were given up."""
        missing = set(self.missing)
        return [
            begun.error
            for begun in self.begun
            if begun.error is not None and not missing.isdisjoint(range(begun.first, begun.last + 1))
        ]

    @property
    def step(self) -> int:
        """How far the furthest unfinished cohort has committed."""
        return max((begun.step for begun in self.begun), default=0)

    @property
    def state(self) -> Literal["done", "failed", "begun", "waiting"]:
        if not self.missing:
            return "done"
        if self.errors:
            return "failed"
        return "begun" if self.begun else "waiting"


def cell_status(cell: Cell, cohorts: Sequence[CohortDirectory]) -> CellStatus:
    """The status of a cell, read from its cohorts' folders."""
    outcomes: dict[int, Outcome] = {}
    for cohort in cohorts:
        for replica, outcome in outcomes_in(cohort.result()).items():
            if replica < cell.replicas:
                outcomes.setdefault(replica, outcome)
    begun = [begun for cohort in cohorts if (begun := _begun(cohort)) is not None]
    begun.sort(key=lambda begun: begun.started, reverse=True)
    return CellStatus(cell, dict(sorted(outcomes.items())), begun)


def outcomes_in(result: dict[str, Any] | None) -> dict[int, Outcome]:
    """The outcomes in a cohort's `result.json`; none without one."""
    rows = result["replicas"] if result else []
    return {row["replica"]: Outcome(row["status"], row["step"]) for row in rows}


def _begun(cohort: CohortDirectory) -> Begun | None:
    attempt, error = cohort.attempt(), cohort.error()
    if cohort.result() is not None or (attempt is None and error is None):
        return None
    commit = cohort.committed()
    return Begun(
        cohort.first,
        cohort.last,
        step=commit.step if commit else 0,
        committed=commit is not None,
        started=attempt["started"] if attempt else 0,
        attempts=attempt["number"] if attempt else 0,
        error=error,
    )


def owners(cohorts: Sequence[CohortDirectory]) -> dict[int, CohortDirectory]:
    """Which cohort speaks for each replica: one with a result, else the one begun last."""

    def claim(cohort: CohortDirectory) -> tuple[bool, int]:
        attempt = cohort.attempt()
        return cohort.result() is not None, attempt["started"] if attempt else 0

    speakers = {replica: cohort for cohort in sorted(cohorts, key=claim) for replica in cohort.replicas}
    return {replica: speakers[replica] for replica in sorted(speakers)}


def owned(cohorts: Sequence[CohortDirectory]) -> list[tuple[CohortDirectory, list[int]]]:
    """The cohorts that speak for a replica, each with those it speaks for."""
    speakers = owners(cohorts)
    return [
        (cohort, own)
        for cohort in cohorts
        if (own := [replica for replica, speaker in speakers.items() if speaker is cohort])
    ]


def missing_slices(status: CellStatus, cohort_size: int) -> list[tuple[int, int]]:
    """The slices (first, last) to train so that every replica has a result.

    A cohort with a commit is taken up again where it fits: all its replicas missing, none taken up
    already (newest first), not more than `cohort_size`. The rest is cut into runs of at most that size.
    """
    if cohort_size < 1:
        raise ValueError(f"a cohort holds one replica or more, not {cohort_size}")
    missing = set(status.missing)
    slices = []
    for begun in status.begun:
        replicas = set(range(begun.first, begun.last + 1))
        if begun.committed and len(replicas) <= cohort_size and replicas <= missing:
            slices.append((begun.first, begun.last))
            missing -= replicas
    for run in _contiguous(sorted(missing)):
        slices += [
            (first, min(first + cohort_size, run.stop) - 1)
            for first in range(run.start, run.stop, cohort_size)
        ]
    return sorted(slices)


def _contiguous(numbers: Sequence[int]) -> Iterator[range]:
    """
    >>> list(_contiguous([0, 1, 4]))
    [range(0, 2), range(4, 5)]
    """
    if not numbers:
        return
    first = numbers[0]
    for number, following in pairwise(numbers):
        if following != number + 1:
            yield range(first, number + 1)
            first = following
    yield range(first, numbers[-1] + 1)
