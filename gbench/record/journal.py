"""A journal: one JSON event a line, of which only a committed prefix counts."""

import re
from collections.abc import Iterator
from pathlib import Path

from gbench.record.events import Event, Json, event_of, kind_of
from gbench.record.files import is_count, parse_object, require

LONGEST_LINE = 64 * 2**20  # bytes; a trace of 1,000 steps, 20 keys and 100 replicas takes about 40 MB
JOURNAL_NAME = re.compile(r"events\.[0-9]{1,9}\.jsonl")


def read_events(path: Path, start: int, end: int, replicas: range) -> Iterator[tuple[Event, int]]:
    """Each event in the bytes `start..end`, with the offset of the byte after it.

    Both offsets are ends of lines. `replicas` are those of the slice, for checking the events' widths.
    """
    with path.open("rb") as file:
        file.seek(start)
        while file.tell() < end:
            line = file.readline(min(LONGEST_LINE, end - file.tell()))
            require(line.endswith(b"\n"), path, f"the line at byte {file.tell() - len(line)} does not end")
            data = parse_object(line, path)
            check_event(data, path, replicas)
            yield event_of(data), file.tell()


def check_event(data: Json, path: Path, replicas: range) -> None:
    """Raise a UserError unless every field of a known kind is well formed.

    Unknown kinds pass, because a journal may come from a later version.
    """
    kind = data.get("kind")
    require(isinstance(kind, str), path, "an event without a 'kind'")
    require(is_count(data.get("step")), path, f"a {kind} event whose 'step' is not a whole number")
    require(is_count(data.get("time")), path, f"a {kind} event whose 'time' is not in milliseconds")
    fits = kind_of(data).fits(data, replicas)
    require(fits, path, f"a malformed {kind} event at step {data['step']}")
