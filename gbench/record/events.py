"""What a journal says: one class for each kind of event, with its fields, its check and its JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import isfinite
from pathlib import PurePosixPath
from typing import Any, ClassVar, Self, TypeAlias

from gbench.record.files import is_count, is_number
from gbench.record.plain import plain

Json: TypeAlias = dict[str, Any]
Row: TypeAlias = Sequence[float | None]  # one number for each replica of the slice, None where there is none
Files: TypeAlias = Mapping[str, str]  # replica, as text -> path of a file below the cohort's folder

FLOATS = {float, type(None)}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to a cohort."""

    KIND: ClassVar[str]

    #: Rounds of training that were done when it happened.
    step: int
    #: Milliseconds since 1970.
    time: int

    @classmethod
    def fits(cls, data: Json, replicas: range) -> bool:
        """Whether the fields of this kind are well formed; `replicas` are those of the slice."""
        raise NotImplementedError

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """The event in a line of a journal that `fits`; fields of a later version are left out."""
        return cls(**{field.name: data[field.name] for field in fields(cls) if field.name in data})

    def to_json(self) -> Json:
        """The line of the journal as plain data; a number that does not exist becomes null."""
        own = {field.name: plain(getattr(self, field.name)) for field in fields(self)}
        return {"kind": self.KIND} | own


@dataclass(frozen=True, kw_only=True)
class Measurement(Event):
    """The metrics of all replicas at one step."""

    KIND = "measurement"

    #: By metric key.
    values: Mapping[str, Row]

    @classmethod
    def fits(cls, data: Json, replicas: range) -> bool:
        return _are_values(data, replicas)


@dataclass(frozen=True, kw_only=True)
class Sampling(Event):
    """How far the last measurement spreads over draws of latents."""

    KIND = "sampling"

    #: How often the measurement was taken again.
    repeats: int
    #: By metric key: standard deviations.
    values: Mapping[str, Row]

    @classmethod
    def fits(cls, data: Json, replicas: range) -> bool:
        return is_count(data.get("repeats")) and _are_values(data, replicas)


@dataclass(frozen=True, kw_only=True)
class Trace(Event):
    """What rounds left behind since the last trace: objectives, scores, gradient norms."""

    KIND = "trace"

    #: The last round of each window, ascending.
    steps: Sequence[int]
    #: By name: a row for each of `steps`, the mean over its window.
    values: Mapping[str, Sequence[Row]]

    @classmethod
    def fits(cls, data: Json, replicas: range) -> bool:
        steps, values = data.get("steps"), data.get("values")
        if not isinstance(steps, list) or not all(map(is_count, steps)) or not isinstance(values, dict):
            return False
        return all(
            isinstance(rows, list) and len(rows) == len(steps) and all(_is_row(row, replicas) for row in rows)
            for rows in values.values()
        )


@dataclass(frozen=True, kw_only=True)
class ProbeFinding(Event):
    """What a probe found when it looked at the trained networks."""

    KIND = "probe"

    #: The name of the probe.
    probe: str
    #: By key.
    values: Mapping[str, Row]
    #: By name: whatever the probe says of each replica.
    tables: Mapping[str, Sequence[Any]]
    #: By name of a picture.
    files: Mapping[str, Files]
    #: Why the probe could not look; empty where it could.
    reason: str = ""

    @classmethod
    def fits(cls, data: Json, replicas: range) -> bool:
        tables, files = data.get("tables"), data.get("files")
        return (
            isinstance(data.get("probe"), str)
            and _are_values(data, replicas)
            and isinstance(tables, dict)
            and all(isinstance(rows, list) and len(rows) == len(replicas) for rows in tables.values())
            and isinstance(files, dict)
            and all(_are_files(shown, replicas) for shown in files.values())
        )

    def to_json(self) -> Json:
        data = super().to_json()
        return data if self.reason else {name: data[name] for name in data if name != "reason"}


@dataclass(frozen=True, kw_only=True)
class Images(Event):
    """Pictures of the replicas' samples."""

    KIND = "images"

    files: Files

    @classmethod
    def fits(cls, data: Json, replicas: range) -> bool:
        return _are_files(data.get("files"), replicas)


@dataclass(frozen=True, kw_only=True)
class Divergence(Event):
    """A replica's objective or gradient stopped being finite in round `step`."""

    KIND = "diverged"

    #: Its number.
    replica: int

    @classmethod
    def fits(cls, data: Json, replicas: range) -> bool:
        return is_count(data.get("replica")) and data["replica"] in replicas


@dataclass(frozen=True, kw_only=True)
class Advance(Event):
    """The cohort has come as far as `step`."""

    KIND = "progress"

    #: By purpose (`train`, `evaluate`, `record`): seconds spent since training began.
    seconds: Mapping[str, float]

    @classmethod
    def fits(cls, data: Json, replicas: range) -> bool:
        seconds = data.get("seconds")
        return isinstance(seconds, dict) and all(map(is_number, seconds.values()))


@dataclass(frozen=True, kw_only=True)
class ForeignEvent(Event):
    """An event of a kind that a later version of gbench may write."""

    #: All that the line says.
    data: Json

    @classmethod
    def fits(cls, data: Json, replicas: range) -> bool:
        return True

    @classmethod
    def from_json(cls, data: Json) -> Self:
        return cls(step=data["step"], time=data["time"], data=data)

    def to_json(self) -> Json:
        return dict(plain(self.data))


KINDS: dict[str, type[Event]] = {
    kind.KIND: kind for kind in (Measurement, Sampling, Trace, ProbeFinding, Images, Divergence, Advance)
}


def kind_of(data: Json) -> type[Event]:
    """The class of the event that `data` describes."""
    return KINDS.get(str(data.get("kind")), ForeignEvent)


def event_of(data: Json) -> Event:
    """The event that was `to_json`; for a journal's lines, which may be damaged, see `check_event`."""
    return kind_of(data).from_json(data)


# Checks


def _are_values(data: Json, replicas: range) -> bool:
    values = data.get("values")
    return isinstance(values, dict) and all(_is_row(row, replicas) for row in values.values())


def _is_row(row: Any, replicas: range) -> bool:
    """Whether `row` holds a number or null for every replica of the slice."""
    if not isinstance(row, list) or len(row) != len(replicas):
        return False
    # The usual row, at a fifth of the time: traces are millions of numbers. A sum that is not finite may
    # come from finite numbers, so the slow check decides then.
    if FLOATS.issuperset(map(type, row)) and isfinite(sum(filter(None, row))):
        return True
    return all(value is None or is_number(value) for value in row)


def _are_files(files: Any, replicas: range) -> bool:
    return isinstance(files, dict) and all(
        replica.isdecimal() and int(replica) in replicas and _stays_inside(name)
        for replica, name in files.items()
    )


def _stays_inside(name: Any) -> bool:
    """Whether `name` is a relative path below the cohort's folder, by its text alone."""
    if not isinstance(name, str) or "\\" in name or "\0" in name:
        return False
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts
