"""The table at the end of a run: who is ahead on each data set, what failed, where to look next."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from gbench.report.standings import Failure, Row, Standings, standings

WIDTH = 100  # columns of a plain report
NAME = 40  # columns of a technique's name before it is folded
UNBOUNDED = 10_000  # columns, more than any table wants
PROTOCOL = re.compile(r"(?=-([0-9.]{2,}|[0-9.]+[km])(-train|-test)? .$)")  # before the end of a metric's head


def print_report(
    console: Console, rows: Iterable[Row], failures: Sequence[Failure] = (), folder: str | None = None
) -> None:
    """Prints a table for each data set, the failed cells, and the commands that show more.

    folder: the run directory that those commands take.
    """
    for standing in standings(rows):
        console.print(_fitting(console, standing))
    for failure in failures:
        reason = " ".join(failure.reason.split())
        console.print(Text(f"failed  {failure.name}: {reason}", style="red"), soft_wrap=True)
    if folder is not None:
        console.print(Text(footer(folder), style="dim"), soft_wrap=True)


def plain_report(
    rows: Iterable[Row], failures: Sequence[Failure] = (), folder: str | None = None, width: int = WIDTH
) -> str:
    """What `print_report` prints, as text without colours."""
    stream = io.StringIO()
    print_report(Console(file=stream, width=width, color_system=None), rows, failures, folder)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def console() -> Console:
    """Standard output, as wide as the terminal; `WIDTH` columns where there is none."""
    stdout = Console()
    return stdout if stdout.is_terminal else Console(width=WIDTH)


def footer(folder: str) -> str:
    """Where to look next."""
    return f"curves and samples: gbench ui {folder}\nevery statistic:    gbench report {folder}"


def folded(head: str) -> str:
    """The head of a metric's column with the protocol on a line of its own.

    >>> folded("fd-classifier-1k-train ↓")
    'fd-classifier\\n-1k-train ↓'
    """
    return PROTOCOL.sub("\n", head, count=1)


def _fitting(console: Console, standing: Standings) -> Table:
    """The table with as many of the metrics as the console is wide enough for; the primary one always."""
    table = _table(standing)
    wanted = Measurement.get(console, console.options.update(max_width=UNBOUNDED), table).maximum
    if standing.others and wanted > console.width:
        return _fitting(console, replace(standing, others=standing.others[:-1]))
    return table


def _table(standing: Standings) -> Table:
    title = Text(standing.dataset, style="bold")
    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0)
    )
    technique, *numbers = standing.columns
    table.add_column(Text(technique), overflow="fold", max_width=NAME)
    for head in numbers:
        table.add_column(Text(folded(head)), justify="right", no_wrap=True)
    for line in standing.lines():
        table.add_row(*(Text(cell) for cell in line))
    return table
