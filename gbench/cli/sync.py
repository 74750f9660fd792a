"""`gbench sync`: bring what is recorded to MLflow, any number of times, to any server."""

from pathlib import Path
from typing import Annotated

import typer

from gbench.errors import ExitCode

Run = Annotated[
    Path, typer.Argument(metavar="RUN", help="A run directory, as results/stability.", show_default=False)
]
Server = Annotated[
    str | None, typer.Option("--tracking", metavar="URI", help="MLflow server; default: a local file.")
]


def command(run: Run, tracking: Server = None) -> None:
    """Bring what is recorded to MLflow."""
    from gbench.report.brief import publish
    from gbench.report.entries import statistics_of
    from gbench.tracking.outage import TrackingLost
    from gbench.tracking.sync import sync

    try:
        typer.echo(sync(run, tracking, statistics_of, publish))
    except TrackingLost as lost:
        typer.echo(f"error: {lost}", err=True)
        raise typer.Exit(ExitCode.FAILED) from None
