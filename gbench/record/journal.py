"""A journal: one JSON event a line, of which only a committed prefix counts."""

import re
from collections.abc import Iterator
from math import isfinite
from pathlib import Path, PurePosixPath
from typing import Any

from gbench.record.files import is_count, is_number, parse_object, require

Event = dict[str, Any]

LONGEST_LINE = 64 * 2**20  # bytes; a trace of 1,000 steps, 20 keys and 100 replicas takes about 40 MB
FLOATS = {float, type(None)}
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
            event = parse_object(line, path)
            check_event(event, path, replicas)
            yield event, file.tell()


def check_event(event: Event, path: Path, replicas: range) -> None:
    """Raise a UserError unless every field of a known kind is what the architecture says.

    Unknown kinds pass: a journal may come from a later version.
    """
    kind = event.get("kind")
    require(isinstance(kind, str), path, "an event without a 'kind'")
    require(is_count(event.get("step")), path, f"a {kind} event whose 'step' is not a whole number")
    require(is_count(event.get("time")), path, f"a {kind} event whose 'time' is not in milliseconds")
    check = CHECKS.get(str(kind))
    fits = check is None or check(event, replicas)
    require(fits, path, f"a malformed {kind} event at step {event['step']}")


def _is_measurement(event: Event, replicas: range) -> bool:
    values = event.get("values")
    return isinstance(values, dict) and all(_is_row(row, replicas) for row in values.values())


def _is_sampling(event: Event, replicas: range) -> bool:
    return is_count(event.get("repeats")) and _is_measurement(event, replicas)


def _is_trace(event: Event, replicas: range) -> bool:
    steps, values = event.get("steps"), event.get("values")
    if not isinstance(steps, list) or not all(map(is_count, steps)) or not isinstance(values, dict):
        return False
    return all(
        isinstance(rows, list) and len(rows) == len(steps) and all(_is_row(row, replicas) for row in rows)
        for rows in values.values()
    )


def _is_row(row: Any, replicas: range) -> bool:
    """Whether `row` holds a number or null for every replica of the slice."""
    if not isinstance(row, list) or len(row) != len(replicas):
        return False
    if FLOATS.issuperset(map(type, row)) and isfinite(sum(filter(None, row))):
        return True  # the usual row, at a fifth of the time: traces are millions of numbers
    return all(value is None or is_number(value) for value in row)


def _are_images(event: Event, replicas: range) -> bool:
    files = event.get("files")
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


def _is_divergence(event: Event, replicas: range) -> bool:
    return is_count(event.get("replica")) and event["replica"] in replicas


def _is_probe(event: Event, replicas: range) -> bool:
    tables, files = event.get("tables"), event.get("files")
    return (
        isinstance(event.get("probe"), str)
        and _is_measurement(event, replicas)
        and isinstance(tables, dict)
        and all(isinstance(rows, list) and len(rows) == len(replicas) for rows in tables.values())
        and isinstance(files, dict)
        and all(_are_images({"files": shown}, replicas) for shown in files.values())
    )


def _is_progress(event: Event, replicas: range) -> bool:
    seconds = event.get("seconds")
    return isinstance(seconds, dict) and all(map(is_number, seconds.values()))


CHECKS = {
    "measurement": _is_measurement,
    "sampling": _is_sampling,
    "trace": _is_trace,
    "images": _are_images,
    "probe": _is_probe,
    "diverged": _is_divergence,
    "progress": _is_progress,
}
