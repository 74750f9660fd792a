"""A cohort's folder: what has been committed, how it ended, and the next attempt at it."""

import os
import re
import socket
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gbench.errors import UserError
from gbench.record.attempt import Attempt, Resume, discard, journal_name
from gbench.record.events import Event
from gbench.record.files import flush_to_disk, is_count, is_number, locked, read_json, require, write_json
from gbench.record.journal import JOURNAL_NAME, read_events

FOLDER_NAME = re.compile(r"([0-9]{2,6})-([0-9]{2,6})")
CHECKPOINT_NAME = re.compile(r"checkpoint-[0-9]{1,12}(-again)?\.pt")
STATUSES = ("done", "diverged")
NETWORKS = "networks.pt"  # a finished cohort's, kept for contests
COPIED_AT_ONCE = 2**20  # bytes


@dataclass(frozen=True)
class Commit:
    """What counts: `offset` bytes of `journal`, and the state after `step` rounds in `checkpoint`.

    A finished cohort has no checkpoint.
    """

    step: int
    journal: str
    offset: int
    checkpoint: str | None


class CohortDirectory:
    """The folder `<first>-<last>` of a cell; its files are those that the architecture's page lists."""

    def __init__(self, path: Path):
        match = FOLDER_NAME.fullmatch(path.name)
        if match is None or int(match[1]) > int(match[2]):
            raise UserError("a cohort's folder is named by its first and last replica, as 00-07", str(path))
        self.path = path
        self.first, self.last = int(match[1]), int(match[2])

    @property
    def replicas(self) -> range:
        return range(self.first, self.last + 1)

    # What others may read

    def attempt(self) -> dict[str, Any] | None:
        """`attempt.json`: the latest attempt's number, host, pid, start (ms), origin and facts.

        The origin names this training from scratch; it stays the same over the attempts that resume it.
        """
        path = self.path / "attempt.json"
        data = read_json(path)
        if data is not None:
            for name in ("number", "started"):
                require(is_count(data.get(name)), path, f"'{name}' is not a whole number")
            for name in ("origin", "host"):
                require(isinstance(data.get(name), str), path, f"'{name}' is not a text")
        return data

    def attempts(self) -> int:
        """How many attempts have begun."""
        data = self.attempt()
        return data["number"] if data else 0

    def result(self) -> dict[str, Any] | None:
        """`result.json` of a finished cohort."""
        path = self.path / "result.json"
        data = read_json(path)
        if data is None:
            return None
        outcomes = data.get("replicas")
        require(isinstance(outcomes, list), path, "'replicas' is not a list")
        for outcome in data["replicas"]:
            require(_is_outcome(outcome), path, "an outcome is not {replica, status: done | diverged, step}")
        named = sorted(outcome["replica"] for outcome in data["replicas"])
        require(named == list(self.replicas), path, f"'replicas' are not {self.first} to {self.last}")
        require(is_number(data.get("seconds")), path, "'seconds' is not a number")
        _require_position(data, path)
        return data

    def networks(self) -> Path | None:
        """Where a finished cohort's networks lie, if they were kept."""
        path = self.path / NETWORKS
        return path if path.is_file() and self.result() is not None else None

    def error(self) -> dict[str, Any] | None:
        """`error.json` of a cohort that was given up."""
        path = self.path / "error.json"
        data = read_json(path)
        if data is not None:
            for name in ("kind", "message"):
                require(isinstance(data.get(name), str), path, f"'{name}' is not a text")
        return data

    def committed(self) -> Commit | None:
        """The latest commit; a result is the last one."""
        result = self.result()
        if result is not None:
            step = max(outcome["step"] for outcome in result["replicas"])
            commit = Commit(step, result["journal"], result["offset"], None)
            self._require_journal(commit, "result.json")
            return commit
        path = self.path / "commit.json"
        data = read_json(path)
        if data is None:
            return None
        require(is_count(data.get("step")), path, "'step' is not a whole number")
        checkpoint = data.get("checkpoint")
        named = isinstance(checkpoint, str) and CHECKPOINT_NAME.fullmatch(checkpoint) is not None
        require(named, path, "'checkpoint' does not name one")
        _require_position(data, path)
        commit = Commit(data["step"], data["journal"], data["offset"], data["checkpoint"])
        self._require_journal(commit, "commit.json")
        return commit

    def _require_journal(self, commit: Commit, source: str) -> None:
        journal = self.path / commit.journal
        size = journal.stat().st_size if journal.is_file() else 0
        what = f"'offset' {commit.offset} lies beyond the {size} bytes of {commit.journal}"
        require(commit.offset <= size, self.path / source, what)

    def events(self) -> Iterator[Event]:
        """Every committed event."""
        return (event for event, _ in self.events_in(self.committed()))

    def events_in(self, commit: Commit | None) -> Iterator[tuple[Event, int]]:
        """The events that `commit` made count, each with the offset of the byte after it."""
        if commit is not None:
            yield from read_events(self.path / commit.journal, 0, commit.offset, self.replicas)

    def file(self, name: str) -> Path:
        """A file that an event names; a link that leads out of the cohort is an error."""
        path = self.path / name
        require(path.resolve().is_relative_to(self.path.resolve()), path, "leads out of the cohort's folder")
        return path

    # What the sweep does

    def begin_attempt(self, facts: dict[str, Any] | None = None) -> Attempt:
        """Fence off every earlier attempt and open a journal that goes on where the last commit ended."""
        self.path.mkdir(parents=True, exist_ok=True)
        with locked(self.path / "lock"):
            former, commit = self.attempt(), self.committed()
            resume = self._resume_point(commit)
            number = former["number"] + 1 if former else 1
            write_json(
                self.path / "attempt.json",
                {
                    "number": number,
                    "host": socket.gethostname(),
                    "pid": os.getpid(),
                    "started": time.time_ns() // 1_000_000,
                    "origin": former["origin"] if former else uuid.uuid4().hex,
                    "facts": facts or {},
                },
            )
            self._copy_journal(commit, self.path / journal_name(number))
            discard(self.path, keep=commit.checkpoint if commit else None)
            (self.path / "error.json").unlink(missing_ok=True)
        return Attempt(self.path, number, resume)

    def _resume_point(self, commit: Commit | None) -> Resume | None:
        if commit is None:
            return None
        require(commit.checkpoint is not None, self.path / "result.json", "a finished cohort was begun again")
        checkpoint = self.path / str(commit.checkpoint)
        require(checkpoint.is_file(), checkpoint, "named by commit.json, but not there")
        return Resume(commit.step, checkpoint)

    def _copy_journal(self, commit: Commit | None, target: Path) -> None:
        """Write the committed prefix of the former journal to `target`, durably."""
        with target.open("wb") as copy:
            if commit is not None:
                with (self.path / commit.journal).open("rb") as source:
                    remaining = commit.offset
                    while remaining and (block := source.read(min(remaining, COPIED_AT_ONCE))):
                        remaining -= copy.write(block)
        flush_to_disk(target)

    def fail(self, error: dict[str, Any]) -> None:
        """Give the cohort up: `error` is {kind, message, traceback, attempts}."""
        self.path.mkdir(parents=True, exist_ok=True)
        write_json(self.path / "error.json", error)


def folder_name(first: int, last: int) -> str:
    """
    >>> folder_name(0, 7)
    '00-07'
    """
    return f"{first:02}-{last:02}"


def _is_outcome(outcome: Any) -> bool:
    return (
        isinstance(outcome, dict)
        and is_count(outcome.get("replica"))
        and outcome.get("status") in STATUSES
        and is_count(outcome.get("step"))
    )


def _require_position(data: dict[str, Any], path: Path) -> None:
    journal = data.get("journal")
    named = isinstance(journal, str) and JOURNAL_NAME.fullmatch(journal) is not None
    require(named, path, "'journal' does not name one")
    require(is_count(data.get("offset")), path, "'offset' is not a whole number")
