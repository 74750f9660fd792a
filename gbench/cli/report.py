"""`gbench report`: the tables of a run."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Run = Annotated[
    Path, typer.Argument(metavar="RUN", help="A run directory, as results/stability.", show_default=False)
]
Format = Annotated[
    Literal["table", "markdown", "csv", "json"], typer.Option("--format", help="How to print it.")
]


def command(run: Run, form: Format = "table") -> None:
    """Print the tables of a run."""
    from gbench.record import RunDirectory
    from gbench.report import writers
    from gbench.report.results import gather
    from gbench.report.table import console, print_report

    directory = RunDirectory(run)
    directory.require()
    rows, failures = gather(directory, directory.cells())
    if form == "table":
        print_report(console(), rows, failures, str(run))
    elif form == "csv":
        typer.echo(writers.to_csv(rows), nl=False)
    else:
        write = writers.to_markdown if form == "markdown" else writers.to_json
        typer.echo(write(rows, failures), nl=False)
