"""The history of a cell: all that its journals say, from one pass over each of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, TypeVar

from gbench.record.cohort_folder import CohortDirectory, Commit
from gbench.record.events import (
    Advance,
    Divergence,
    Event,
    Files,
    Images,
    Measurement,
    ProbeFinding,
    Sampling,
    Trace,
)
from gbench.record.status import Outcome, outcomes_in, owned
from gbench.suite.cell import Cell

Curve: TypeAlias = list[tuple[int, float | None]]  # (step, value); None for a number that does not exist
CurvesByKey: TypeAlias = dict[str, dict[int, Curve]]  # key -> replica -> curve
Numbers: TypeAlias = dict[str, dict[int, float | None]]  # key -> replica -> number

SAMPLES = "samples"  # the name of pictures of samples; a probe names its own

Kind = TypeVar("Kind", bound=Event)


class Shot(NamedTuple):
    """A picture of something of a replica at one step of its training."""

    replica: int
    #: `SAMPLES`, or what a probe calls it.
    name: str
    step: int
    #: Milliseconds since 1970.
    time: int
    path: Path


@dataclass
class Probed:
    """What the probes of one name found."""

    #: Key -> replica -> number.
    values: Numbers = field(default_factory=dict)
    #: Name -> replica -> its table.
    tables: dict[str, dict[int, Any]] = field(default_factory=dict)
    #: Name -> replica -> file.
    pictures: dict[str, dict[int, Path]] = field(default_factory=dict)
    #: Replica -> why there is nothing of it, where a probe could not look.
    reasons: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CohortHistory:
    """What a cohort's folder says at one moment. Its journal is read when it is first asked for."""

    cohort: CohortDirectory
    #: The replicas that the cohort speaks for, ascending; another cohort may speak for the rest.
    own: Sequence[int]
    #: What counted at that moment; None before the first commit.
    commit: Commit | None
    #: `attempt.json`, `result.json` and `error.json`; None where there is no such file.
    attempt: dict[str, Any] | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None

    @property
    def replicas(self) -> range:
        """Those of the slice, in the order of every row."""
        return self.cohort.replicas

    @cached_property
    def journal(self) -> list[tuple[Event, int]]:
        """Every committed event, with the offset of the byte after it. Raises UserError on damage."""
        return list(self.cohort.events_in(self.commit))

    def events(self, kind: type[Kind]) -> Iterator[Kind]:
        """The committed events of one kind, in order."""
        return (event for event, _ in self.journal if isinstance(event, kind))

    def since(self, offset: int) -> list[Event]:
        """The events that end after byte `offset` of the journal."""
        return [event for event, end in self.journal if end > offset]

    @property
    def latest(self) -> int:
        """When the last event happened, in ms since 1970; 0 without events."""
        return max((event.time for event, _ in self.journal), default=0)

    @cached_property
    def measurements(self) -> CurvesByKey:
        return self._curves((event.values, [event.step], 1) for event in self.events(Measurement))

    @cached_property
    def traces(self) -> CurvesByKey:
        return self._curves((event.values, event.steps, 2) for event in self.events(Trace))

    def _curves(self, parts: Iterator[tuple[Any, Sequence[int], int]]) -> CurvesByKey:
        """By key and replica; each part has its values, its steps, and how many axes the values have."""
        curves: CurvesByKey = {}
        for values, steps, axes in parts:
            for key, given in values.items():
                rows = given if axes == 2 else [given]
                by_replica = curves.setdefault(key, {})
                for replica in self.own:
                    column = (row[replica - self.cohort.first] for row in rows)
                    by_replica.setdefault(replica, []).extend(zip(steps, column, strict=True))
        return curves

    def by_replica(self, row: Any) -> dict[int, Any]:
        """What a row of the slice, an item for each replica, says of the cohort's own."""
        return {replica: row[replica - self.cohort.first] for replica in self.own}

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds spent, by purpose."""
        spent: dict[str, float] = {}
        for event in self.events(Advance):
            spent = dict(event.seconds)
        return spent

    @property
    def outcomes(self) -> dict[int, Outcome]:
        """How each of its own replicas stands."""
        finished = outcomes_in(self.result)
        diverged = {event.replica: event.step for event in self.events(Divergence)}
        committed = self.commit.step if self.commit else 0
        return {
            replica: finished.get(replica)
            or (
                Outcome("diverged", diverged[replica])
                if replica in diverged
                else Outcome("unfinished", committed)
            )
            for replica in self.own
        }

    @property
    def facts(self) -> dict[str, Any]:
        """What it ran on and with, as the result says, or else the attempt."""
        facts = (self.result or {}).get("facts") or (self.attempt or {}).get("facts") or {}
        return facts if isinstance(facts, dict) else {}

    def shots(self, offset: int = 0) -> Iterator[Shot]:
        """The pictures of its own replicas that events after byte `offset` name."""
        for event in self.since(offset):
            for name, files in _files_of(event).items():
                for replica, file in files.items():
                    if int(replica) in self.own:
                        yield Shot(int(replica), name, event.step, event.time, self.cohort.file(file))


class History:
    """All that the journals of a cell say of its replicas, each from the cohort that speaks for it.

    Each journal is parsed once, when something in it is first asked for. UserError says what is damaged.
    """

    def __init__(self, cell: Cell, cohorts: Sequence[CohortHistory]):
        self.cell = cell
        #: In the order of their first replicas. They may speak for more replicas than the cell has now.
        self.cohorts = cohorts

    @cached_property
    def measurements(self) -> CurvesByKey:
        return self._joined([cohort.measurements for cohort in self.cohorts])

    @cached_property
    def traces(self) -> CurvesByKey:
        return self._joined([cohort.traces for cohort in self.cohorts])

    @cached_property
    def sampling(self) -> Numbers:
        """The standard deviations of the last measurement over draws of latents."""
        found: Numbers = {}
        for cohort in self.cohorts:
            for event in cohort.events(Sampling):
                for key, row in event.values.items():
                    found.setdefault(key, {}).update(self._wanted(cohort.by_replica(row)))
        return found

    @cached_property
    def probes(self) -> dict[str, Probed]:
        """What the probes found, by their names."""
        found: dict[str, Probed] = {}
        for cohort in self.cohorts:
            for event in cohort.events(ProbeFinding):
                self._add(found.setdefault(event.probe, Probed()), cohort, event)
        return found

    def _add(self, probed: Probed, cohort: CohortHistory, event: ProbeFinding) -> None:
        for key, row in event.values.items():
            probed.values.setdefault(key, {}).update(self._wanted(cohort.by_replica(row)))
        for name, table in event.tables.items():
            probed.tables.setdefault(name, {}).update(self._wanted(cohort.by_replica(table)))
        for name, files in event.files.items():
            shown = {int(replica): cohort.cohort.file(file) for replica, file in files.items()}
            own = {replica: path for replica, path in shown.items() if replica in cohort.own}
            probed.pictures.setdefault(name, {}).update(self._wanted(own))
        if event.reason:
            probed.reasons |= self._wanted(dict.fromkeys(cohort.own, str(event.reason)))

    @cached_property
    def probed(self) -> Numbers:
        """The numbers of all probes."""
        return numbers_of(self.probes)

    @cached_property
    def outcomes(self) -> dict[int, Outcome]:
        found: dict[int, Outcome] = {}
        for cohort in self.cohorts:
            found |= self._wanted(cohort.outcomes)
        return found

    @cached_property
    def seconds(self) -> dict[str, float]:
        """By purpose (`train`, `evaluate`, `record`), summed over the cohorts."""
        total: dict[str, float] = {}
        for cohort in self.cohorts:
            for purpose, spent in cohort.seconds.items():
                total[purpose] = total.get(purpose, 0.0) + spent
        return total

    @cached_property
    def samples(self) -> dict[int, list[tuple[int, Path]]]:
        """By replica: its pictures of samples, each with its step, in the order of the steps."""
        found: dict[int, list[tuple[int, Path]]] = {}
        for cohort in self.cohorts:
            for shot in cohort.shots():
                if shot.name == SAMPLES and shot.replica < self.cell.replicas:
                    found.setdefault(shot.replica, []).append((shot.step, shot.path))
        return found

    @property
    def facts(self) -> list[dict[str, Any]]:
        """What each cohort ran on and with."""
        return [cohort.facts for cohort in self.cohorts]

    @property
    def latest(self) -> int:
        """When the last event happened, in ms since 1970; 0 without events."""
        return max((cohort.latest for cohort in self.cohorts), default=0)

    def _joined(self, curves: Sequence[CurvesByKey]) -> CurvesByKey:
        """The curves of the wanted replicas of all cohorts."""
        found: CurvesByKey = {}
        for own in curves:
            for key, by_replica in own.items():
                found.setdefault(key, {}).update(self._wanted(by_replica))
        return found

    def _wanted(self, by_replica: dict[int, Any]) -> dict[int, Any]:
        return {replica: of for replica, of in by_replica.items() if replica < self.cell.replicas}


def history_of(cell: Cell, cohorts: Sequence[CohortDirectory]) -> History:
    """The history of a cell from the folders of its cohorts, as they are now."""
    return History(cell, [_cohort_history(cohort, own) for cohort, own in owned(cohorts)])


def _cohort_history(cohort: CohortDirectory, own: Sequence[int]) -> CohortHistory:
    return CohortHistory(
        cohort,
        own,
        commit=cohort.committed(),
        attempt=cohort.attempt(),
        result=cohort.result(),
        error=cohort.error(),
    )


def numbers_of(probes: Mapping[str, Probed]) -> Numbers:
    """The numbers of all probes, by key and replica."""
    return {key: found for probed in probes.values() for key, found in probed.values.items()}


def _files_of(event: Event) -> dict[str, Files]:
    """By the name of a picture, the replicas' files that an event tells of."""
    if isinstance(event, Images):
        return {SAMPLES: event.files}
    return dict(event.files) if isinstance(event, ProbeFinding) else {}
