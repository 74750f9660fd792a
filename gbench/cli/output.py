"""Aligned text and JSON on standard output; styles vanish where it is no terminal."""

import json
from collections.abc import Sequence
from typing import Any

import typer


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], indent: str = "") -> None:
    """Columns as wide as their widest cell, two spaces apart, the header in bold."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    typer.secho(_line(header, widths, indent), bold=True)
    for row in rows:
        typer.echo(_line(row, widths, indent))


def _line(cells: Sequence[str], widths: Sequence[int], indent: str) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return (indent + "  ".join(padded)).rstrip()


def print_json(data: Any) -> None:
    """Indented, as it came."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))
