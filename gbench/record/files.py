"""Small files that are whole or absent, and reading what may have been tampered with."""

import fcntl
import json
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from gbench.errors import UserError

LARGEST_FILE = 16 * 2**20  # bytes; a result of a thousand replicas is a hundred times smaller


def write_json(path: Path, data: Any) -> None:
    """Replace `path` by `data`: after a crash it holds the old or the new, never a part."""
    write_text(path, json.dumps(data, allow_nan=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Replace `path` by `text`, as `write_bytes` does."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Replace `path` by `content`, durably; missing folders are made.

    Readers see the old file or the new one, whatever crashes. Several processes may write one path at once,
    because each writes a temporary file of its own; the last to finish wins.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}-{uuid.uuid4().hex}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    flush_to_disk(path.parent)


def flush_to_disk(path: Path) -> None:
    """fsync a file's contents, or a folder's entries."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold `path`'s lock, waiting for it; the kernel frees it when the process dies."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read_json(path: Path) -> dict[str, Any] | None:
    """The object that `path` holds, or `None` where there is no such file."""
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return None
    require(len(text) <= LARGEST_FILE, path, f"larger than {LARGEST_FILE} bytes")
    return parse_object(text, path)


def parse_object(text: bytes, path: Path) -> dict[str, Any]:
    """One JSON object; `path` is for the error."""
    try:
        data = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        data = None
    require(isinstance(data, dict), path, "not a JSON object")
    return data


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def require(condition: bool, path: Path, what: str) -> None:
    """Raise the error of a record that gbench did not write so, unless `condition`."""
    if not condition:
        raise UserError(f"damaged record: {what}", str(path))


def is_count(value: Any) -> bool:
    """Whether `value` is a whole number from 0 on that fits into 63 bits."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def is_number(value: Any) -> bool:
    """Whether `value` is a number that a float can hold; JSON's `1e999` is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
