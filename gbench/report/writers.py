"""The report as Markdown, CSV and JSON."""

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from gbench.report.standings import Failure, Row, Standings, standings


def to_markdown(rows: Iterable[Row], failures: Sequence[Failure] = ()) -> str:
    """A heading and a table for each data set, then the failed cells."""
    parts = [_markdown_table(standing) for standing in standings(rows)]
    if failures:
        lines = [f"- `{failure.name}`: {_one_line(failure.reason)}" for failure in failures]
        parts.append("\n".join(["## failed", "", *lines]) + "\n")
    return "\n".join(parts)


def to_csv(rows: Iterable[Row]) -> str:
    """A line for each cell with every statistic; `inf` where too many replicas have no score."""
    ranked = _ranked(rows)
    names = sorted({name for row in ranked for name in row.summary.statistics})
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["dataset", "technique", "replicas", "seconds", *names])
    for row in ranked:
        values = (row.summary.statistics.get(name, "") for name in names)
        writer.writerow([row.cell.dataset, row.technique, row.summary.replicas, row.seconds, *values])
    return stream.getvalue()


def to_json(
    rows: Iterable[Row], failures: Sequence[Failure] = (), contests: Sequence[dict[str, Any]] = ()
) -> str:
    """`{"cells": [...], "failed": [...], "contests": [...]}`; an infinite statistic is null."""
    cells = [
        {
            "dataset": row.cell.dataset,
            "technique": row.technique,
            "primary": row.cell.primary,
            "replicas": row.summary.replicas,
            "seconds": row.seconds,
            "statistics": {
                name: value if math.isfinite(value) else None
                for name, value in row.summary.statistics.items()
            },
        }
        for row in _ranked(rows)
    ]
    failed = [{"name": failure.name, "reason": failure.reason} for failure in failures]
    found = {"cells": cells, "failed": failed, "contests": list(contests)}
    return json.dumps(found, indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def _ranked(rows: Iterable[Row]) -> list[Row]:
    return [row for standing in standings(rows) for row in standing.rows]


def _markdown_table(standing: Standings) -> str:
    rules = [":--", *("--:" for _ in standing.columns[1:])]
    lines = [markdown_line(line) for line in (standing.columns, rules, *standing.lines())]
    return "\n".join([f"## {standing.dataset}", "", *lines]) + "\n"


def markdown_line(cells: Sequence[str]) -> str:
    """A line of a table."""
    return "| " + " | ".join(_one_line(cell) for cell in cells) + " |"


def _one_line(text: str) -> str:
    """Without line breaks, and with bars that end no column."""
    return " ".join(text.split()).replace("|", "\\|")
