"""`gbench ui`: compare the runs in MLflow's pages."""

from pathlib import Path
from typing import Annotated

import typer

from gbench.cli.options import RESULTS

Folder = Annotated[
    Path, typer.Argument(metavar="[RESULTS]", help="The folder of all runs, or one run directory in it.")
]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Default: 5000, or a free one.")]


def command(results: Folder = RESULTS, port: Port = None) -> None:
    """Compare the runs in MLflow's pages."""
    from gbench.tracking.ui import open_ui

    open_ui(results.parent if (results / "cells").is_dir() else results, port)
