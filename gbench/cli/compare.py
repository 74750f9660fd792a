"""`gbench compare`: which of two is better, by how much, how surely."""

from pathlib import Path
from typing import Annotated

import typer

from gbench.cli.options import AsJson
from gbench.cli.output import print_json

Run = Annotated[
    Path, typer.Argument(metavar="RUN", help="A run directory, or an export of one.", show_default=False)
]
First = Annotated[
    str, typer.Argument(metavar="A", help="A technique of RUN; alone: another run.", show_default=False)
]
Second = Annotated[
    str | None, typer.Argument(metavar="B", help="Another technique of RUN.", show_default=False)
]


def command(run: Run, first: First, second: Second = None, as_json: AsJson = False) -> None:
    """Compare two techniques of a run, or two runs."""
    from gbench.report import comparing
    from gbench.report.reading import read_study

    study = read_study(run)
    if second is None:
        names = (str(run), first)
        pairs = comparing.runs(study, read_study(Path(first)), names)
    else:
        pairs = comparing.techniques(study, first, second)
    if as_json:
        print_json([comparing.as_json(pair) for pair in pairs])
        return
    for pair in pairs:
        typer.secho(pair.title, bold=True)
        for line in comparing.in_words(pair):
            typer.echo(f"  {line}")
        typer.echo()
    if len(pairs) > 1:
        typer.echo(comparing.summary_line(pairs))
