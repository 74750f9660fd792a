"""What contests between trained models found, as tables."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gbench.record import ContestRecord
from gbench.report.numerals import significant
from gbench.report.table import WIDTH
from gbench.report.writers import markdown_line
from gbench.suite.cell import Cell


@dataclass(frozen=True)
class Scoreboard:
    """A contest on one data set: a row for each cell, a column for each key, and why something is missing."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    notes: list[str]


def scoreboards(records: Iterable[ContestRecord], cells: Iterable[Cell]) -> list[Scoreboard]:
    """One for each contest: medians over replicas, the best first by the first key.

    A dash where a cell took no part. Cells other than these are left out.
    """
    names = names_of(cells)
    return [_scoreboard(record, names) for record in records if any(cell in names for cell in record.cells)]


def names_of(cells: Iterable[Cell]) -> dict[str, str]:
    """What people call the cells of a data set, by id."""
    return {cell.id: cell.name.removeprefix(f"{cell.dataset}/") for cell in cells}


def _scoreboard(record: ContestRecord, names: dict[str, str]) -> Scoreboard:
    known = [cell for cell in record.cells if cell in names] if record.values else []
    ranked = sorted(known, key=lambda cell: (_costs(record, cell), names[cell]))
    return Scoreboard(
        f"{record.dataset}: {record.contest}",
        ["technique", *(f"{key} {'↓' if record.scores[key][0] == 'min' else '↑'}" for key in record.values)],
        [[names[cell], *(_text(record.median(key, cell)) for key in record.values)] for cell in ranked],
        [*filter(None, [record.error, *record.notes])],
    )


def _costs(record: ContestRecord, cell: str) -> list[float]:
    """The medians, negated where more is better; infinite where the cell took no part."""
    medians = ((record.scores[key][0], record.median(key, cell)) for key in record.values)
    return [
        inf if median is None else median if direction == "min" else -median for direction, median in medians
    ]


def _text(median: float | None) -> str:
    return "–" if median is None else significant(median)


def print_contests(console: Console, records: Iterable[ContestRecord], cells: Iterable[Cell]) -> None:
    """Prints a table for each contest, and its notes below it."""
    for table in scoreboards(records, cells):
        if table.rows:
            console.print(_table(table))
        for note in table.notes:
            console.print(Text(f"{table.title}: {note}", style="yellow"), soft_wrap=True)


def _table(found: Scoreboard) -> Table:
    title = Text(found.title, style="bold")
    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0)
    )
    for place, head in enumerate(found.columns):
        table.add_column(Text(head), justify="right" if place else "left", overflow="fold")
    for row in found.rows:
        table.add_row(*map(Text, row))
    return table


def plain_contests(records: Iterable[ContestRecord], cells: Iterable[Cell], width: int = WIDTH) -> str:
    """What `print_contests` prints, as text without colours."""
    stream = io.StringIO()
    print_contests(Console(file=stream, width=width, color_system=None), records, cells)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def contests_markdown(records: Iterable[ContestRecord], cells: Iterable[Cell]) -> str:
    """A heading, a table and its notes for each contest; empty without any."""
    return "\n".join(map(_markdown, scoreboards(records, cells)))


def _markdown(found: Scoreboard) -> str:
    rules = [":--", *("--:" for _ in found.columns[1:])]
    table = [markdown_line(line) for line in (found.columns, rules, *found.rows)]
    notes = [f"- {note}" for note in found.notes]
    parts = [f"## {found.title}", *(["\n".join(table)] if found.rows else []), "\n".join(notes)]
    return "\n\n".join(filter(None, parts)) + "\n"


def contests_json(records: Iterable[ContestRecord], cells: Iterable[Cell]) -> list[dict[str, Any]]:
    """`[{"dataset", "contest", "scores", "techniques": {name: {key: [R]}}, "tables", "notes", "error"}]`."""
    names = names_of(cells)
    return [
        {
            "dataset": record.dataset,
            "contest": record.contest,
            "options": record.options,
            "scores": {key: list(score) for key, score in record.scores.items()},
            "techniques": {
                names[cell]: {key: of[cell] for key, of in record.values.items() if cell in of}
                for cell in record.cells
                if cell in names
            },
            "tables": record.tables,
            "notes": record.notes,
            "error": record.error,
        }
        for record in records
    ]
