"""`gbench export`: the results of a run as plain JSON, to publish or to read elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from gbench.errors import ExitCode, UserError

Run = Annotated[
    Path,
    typer.Argument(metavar="RUN", help="A run directory, or with --check an export.", show_default=False),
]
Out = Annotated[Path | None, typer.Argument(metavar="OUT", help="The folder to write.", show_default=False)]
Pictures = Annotated[bool, typer.Option("--pictures", help="Copy the sample pictures too.")]
Check = Annotated[
    bool, typer.Option("--check", help="Verify an export: its hashes, and its statistics anew.")
]


def command(run: Run, out: Out = None, pictures: Pictures = False, check: Check = False) -> None:
    """Write the results of a run as plain JSON, or check such a folder."""
    from gbench.report.exported import check_export, write_export
    from gbench.report.reading import read_study

    if check:
        _tell(check_export(run), run)
        return
    if out is None:
        raise UserError("name the folder to write: gbench export RUN OUT")
    study = read_study(run)
    write_export(study, out, pictures=pictures)
    typer.echo(f"{len(study.entries)} cells in {out}; `gbench export {out} --check` verifies them")


def _tell(wrong: list[str], folder: Path) -> None:
    for line in wrong:
        typer.echo(line)
    if wrong:
        raise typer.Exit(ExitCode.FAILED)
    typer.echo(f"{folder}: every file and every statistic is as exported")
