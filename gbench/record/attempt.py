"""One try at training a cohort: appends events, commits them, and stops where a later try has begun."""

import json
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from gbench.record.events import Event
from gbench.record.files import flush_to_disk, locked, read_json, write_json
from gbench.record.plain import plain


class Fenced(Exception):  # noqa: N818  what happened to the attempt, not an error
    """A later attempt has begun; this one must end and leave the cohort's files alone."""


class Resume(NamedTuple):
    """Where to go on: the state after `step` rounds lies in `checkpoint`."""

    step: int
    checkpoint: Path


class Attempt:
    """A cohort's one writer. Made by `CohortDirectory.begin_attempt`; closes its journal as a context."""

    def __init__(self, folder: Path, number: int, resume: Resume | None):
        self.folder = folder
        self.number = number
        self.resume = resume
        self._journal = (folder / journal_name(number)).open("ab")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._journal.close()

    def append(self, event: Event) -> None:
        """Add an event; it counts from the next commit on. Numbers that do not exist become null."""
        self._journal.write(json.dumps(event.to_json(), allow_nan=False).encode() + b"\n")

    def commit(self, step: int, save: Callable[[Path], None]) -> None:
        """Make all events so far count, together with the state after `step` rounds that `save` writes.

        Raises Fenced, or OSError where the disk is full; the former commit then still stands.
        """
        offset = self._flush()
        checkpoint = self._free_checkpoint(step)
        temporary = self._saved(checkpoint.stem, save)
        with locked(self.folder / "lock"):
            self._check_fence()
            temporary.replace(checkpoint)
            position = {"journal": journal_name(self.number), "offset": offset}
            commit = {"step": step, **position, "checkpoint": checkpoint.name, "attempt": self.number}
            write_json(self.folder / "commit.json", commit)
            discard(self.folder, keep=checkpoint.name)

    def _free_checkpoint(self, step: int) -> Path:
        """A name other than the one that the last commit, possibly at this very step, still needs."""
        name = f"checkpoint-{step}.pt"
        last = read_json(self.folder / "commit.json") or {}
        return self.folder / (f"checkpoint-{step}-again.pt" if last.get("checkpoint") == name else name)

    def keep(self, name: str, save: Callable[[Path], None]) -> None:
        """Put a file that `save` writes into the cohort's folder, whole, where it outlives the attempt.

        Raises as `commit` does.
        """
        temporary = self._saved("checkpoint-kept", save)
        with locked(self.folder / "lock"):
            self._check_fence()
            temporary.replace(self.folder / name)

    def _saved(self, name: str, save: Callable[[Path], None]) -> Path:
        """What `save` writes, durably, under a name that is discarded should the attempt end here."""
        temporary = self.folder / f"{name}.{self.number}.tmp"
        try:
            save(temporary)
            flush_to_disk(temporary)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        return temporary

    def finish(self, result: dict[str, Any]) -> None:
        """Write `result` {replicas, seconds, facts}; it commits the rest of the journal in the same stroke.

        One file does both, so that a crash cannot leave events committed that no checkpoint knows of.
        """
        offset = self._flush()
        position = {"journal": journal_name(self.number), "offset": offset, "attempt": self.number}
        with locked(self.folder / "lock"):
            self._check_fence()
            write_json(self.folder / "result.json", plain(result) | position)
            discard(self.folder, keep=None)
        self.close()

    def fail(self, error: dict[str, Any]) -> None:
        """Give the cohort up: `error` is {kind, message, traceback, attempts}."""
        with locked(self.folder / "lock"):
            self._check_fence()
            write_json(self.folder / "error.json", plain(error))
        self.close()

    def _flush(self) -> int:
        """Bring the journal to the disk; its length in bytes."""
        self._journal.flush()
        flush_to_disk(self.folder / journal_name(self.number))
        return self._journal.tell()

    def _check_fence(self) -> None:
        latest = (read_json(self.folder / "attempt.json") or {}).get("number")
        if latest != self.number:
            raise Fenced(f"attempt {self.number} of {self.folder} was superseded by attempt {latest}")


def journal_name(number: int) -> str:
    return f"events.{number}.jsonl"


def discard(folder: Path, keep: str | None) -> None:
    """Remove every checkpoint but `keep`, and what a killed attempt left half written."""
    for path in [*folder.glob("checkpoint-*.pt"), *folder.glob("checkpoint-*.tmp")]:
        if path.name != keep:
            path.unlink(missing_ok=True)
