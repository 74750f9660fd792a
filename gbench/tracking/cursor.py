"""How much of a cohort a tracking server has: `tracking.json`, one entry for each server."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gbench.record.files import is_count, read_json, require, write_json


@dataclass
class Cursor:
    """What was sent: `offset` bytes of the journal, and how the cohort stood (`state`).

    A cell's own run has one too, whose `keys` are the statistics it was given and, as `picture#<name>`,
    its pictures; and so has the suite's, whose `keys` are the contests' that its cells were given.
    It holds only for the experiment and the runs it names; where they were deleted, all is sent again,
    which adds no row twice.
    """

    experiment: str
    origin: str
    runs: list[str] = field(default_factory=list)
    offset: int = 0
    thinning: dict[str, int] = field(default_factory=dict)
    state: str = ""
    keys: list[str] = field(default_factory=list)


def load_cursor(path: Path, server: str, experiment: str, origin: str) -> Cursor:
    """The cursor for `server`; a fresh one where it is about another experiment or an earlier training."""
    entry = (read_json(path) or {}).get(server)
    if entry is None:
        return Cursor(experiment, origin)
    require(_is_cursor(entry), path, f"the entry for {server} is not a cursor; deleting the file is safe")
    cursor = Cursor(**entry)
    fits = (cursor.experiment, cursor.origin) == (experiment, origin)
    return cursor if fits else Cursor(experiment, origin)


def save_cursor(path: Path, server: str, cursor: Cursor) -> None:
    write_json(path, (read_json(path) or {}) | {server: asdict(cursor)})


def _is_cursor(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() == Cursor.__dataclass_fields__.keys()
        and all(isinstance(entry[name], list) for name in ("runs", "keys"))
        and all(isinstance(text, str) for text in [*entry["runs"], *entry["keys"], entry["state"]])
        and is_count(entry["offset"])
        and isinstance(entry["thinning"], dict)
        and all(map(is_count, entry["thinning"].values()))
    )
