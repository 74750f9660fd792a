"""Progress in a log: a line for each cell that is over, and one about the sweep every few seconds."""

import time
from collections.abc import Callable, Sequence
from typing import TextIO

from gbench.record.events import Divergence, Event
from gbench.report.numerals import duration
from gbench.report.progress.tally import Tally
from gbench.sweep.progress import Plan

INTERVAL = 10.0  # seconds between two lines about the sweep


class PlainView:
    """Writes lines to a log. `clock` gives seconds."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic):
        self._stream = stream
        self._clock = clock
        self._tally = Tally(Plan("", {}), clock)
        self._last = clock()

    def start(self, plan: Plan) -> None:
        self._tally = Tally(plan, self._clock)
        self._last = self._clock()
        self._write(f"{plan.suite}: {len(plan.cells)} cells, {self._tally.total:,} steps of seeds")

    def event(self, cell: str, replicas: Sequence[int], event: Event) -> None:
        self._tally.observe(cell, replicas, event)
        if isinstance(event, Divergence):
            self._write(f"{cell}: replica {event.replica} diverged at step {event.step:,}")
        if self._clock() - self._last >= INTERVAL:
            self._last = self._clock()
            self._write(summary_line(self._tally))

    def finished(self, cell: str, status: str) -> None:
        self._tally.finish(cell, status)
        self._write(f"{cell}: {status} ({len(self._tally.ended)} of {len(self._tally.plan.cells)} cells)")

    def note(self, text: str) -> None:
        self._write(text)

    def stop(self) -> None:
        self._write(summary_line(self._tally))

    def _write(self, line: str) -> None:
        print(line, file=self._stream, flush=True)


def summary_line(tally: Tally) -> str:
    """The state of a sweep in one line."""
    left = tally.time_left
    parts = [
        f"{share_done(tally):.0%}",
        f"{tally.total - tally.remaining:,} of {tally.total:,} steps of seeds",
        f"{tally.rate:,.0f} a second",
        *counts(tally),
        f"about {duration(left)} left" if left else "",
    ]
    return ", ".join(part for part in parts if part)


def share_done(tally: Tally) -> float:
    """0..1; 1 for a sweep without work."""
    return 1 - tally.remaining / tally.total if tally.total else 1.0


def counts(tally: Tally) -> list[str]:
    """How many cells are done, and what went wrong, where something did."""
    failed, diverged = tally.count("failed"), tally.diverged
    noun = "replica" if diverged == 1 else "replicas"
    return [
        f"{tally.count('done')} of {len(tally.plan.cells)} cells done",
        *([f"{failed} failed"] if failed else []),
        *([f"{diverged} {noun} diverged"] if diverged else []),
    ]
