"""Progress on a terminal: one bar for the sweep, and a line for each cell that trains."""

import time
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from gbench.record.events import Event
from gbench.report.numerals import duration, significant
from gbench.report.progress.lines import counts, share_done
from gbench.report.progress.tally import Running, Tally
from gbench.sweep.progress import Plan

SHOWN = 12  # cells; the rest are counted
FRAMES = 4  # drawings a second


class LiveView:
    """Redraws a few lines at the bottom of a terminal. `clock` gives seconds."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic):
        self._console = console
        self._clock = clock
        self._tally = Tally(Plan("", {}), clock)
        self._lock = Lock()  # the drawing thread reads what the driver's thread counts
        self._live = Live(
            console=console, get_renderable=self.render, refresh_per_second=FRAMES, transient=True
        )

    @classmethod
    def on(cls, stream: TextIO) -> "LiveView":
        return cls(Console(file=stream))

    def start(self, plan: Plan) -> None:
        with self._lock:
            self._tally = Tally(plan, self._clock)
        self._live.start()

    def event(self, cell: str, replicas: Sequence[int], event: Event) -> None:
        with self._lock:
            self._tally.observe(cell, replicas, event)

    def finished(self, cell: str, status: str) -> None:
        with self._lock:
            self._tally.finish(cell, status)
        if status != "done":
            self.note(f"{cell}: {status}")

    def note(self, text: str) -> None:
        self._console.print(Text(text), soft_wrap=True)

    def stop(self) -> None:
        self._live.stop()

    def render(self) -> RenderableType:
        """The lines as of now."""
        with self._lock:
            return Group(_overall(self._tally), _cells(self._tally.running.items()))


def _overall(tally: Tally) -> RenderableType:
    left = tally.time_left
    grid = Table.grid(padding=(0, 2))
    grid.add_row(
        Text(tally.plan.suite, style="bold"),
        ProgressBar(total=1.0, completed=share_done(tally), width=24),
        Text(f"{share_done(tally):.0%}"),
        Text(f"{tally.rate:,.0f} seed-steps/s"),
        Text(f"{duration(left)} left" if left is not None else "–"),
    )
    return Group(grid, Text(", ".join(counts(tally))))


def _cells(running: Iterable[tuple[str, Running]]) -> RenderableType:
    cells = list(running)
    grid = Table.grid(padding=(0, 2))
    for name, cell in cells[:SHOWN]:
        grid.add_row(
            Text(f"  {name}", style="cyan"),
            Text(f"step {cell.step:,} of {cell.load.steps:,}"),
            Text(_value(cell)),
            Text(f"{len(cell.diverged)} diverged" if cell.diverged else "", style="yellow"),
        )
    hidden = len(cells) - SHOWN
    return Group(grid, Text(f"  and {hidden} more")) if hidden > 0 else grid


def _value(cell: Running) -> str:
    return f"{cell.load.primary} {significant(cell.value)}" if cell.value is not None else ""
