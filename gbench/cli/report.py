"""`gbench report`: the tables of a run, and the page with everything."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Run = Annotated[
    Path,
    typer.Argument(
        metavar="RUN", help="A run directory, as results/stability, or an export of one.", show_default=False
    ),
]
Format = Annotated[
    Literal["table", "markdown", "csv", "json"],
    typer.Option("--format", help="How to print it; with table, the page is written too."),
]
To = Annotated[
    Path | None,
    typer.Option(
        "--to", metavar="FOLDER", help="Where the page goes; default: RUN/report.", show_default=False
    ),
]
NoPage = Annotated[bool, typer.Option("--no-page", help="Print only.")]


def command(run: Run, form: Format = "table", to: To = None, no_page: NoPage = False) -> None:
    """Print the tables of a run, and write a page with everything."""
    from gbench.report import writers
    from gbench.report.contest_results import contests_json, contests_markdown, print_contests
    from gbench.report.reading import read_study
    from gbench.report.standings import Failure
    from gbench.report.table import console, print_report

    study = read_study(run)
    rows = [entry.row for entry in study.entries if entry.ended]
    failures = [Failure(entry.cell.name, error) for entry in study.entries for error in entry.errors]
    cells = [entry.cell for entry in study.entries]
    contests = study.contests
    if form == "table":
        print_contests(console(), contests, cells)
        print_report(console(), rows, failures, str(run))
    elif form == "csv":
        typer.echo(writers.to_csv(rows), nl=False)
    elif form == "markdown":
        parts = [writers.to_markdown(rows, failures), contests_markdown(contests, cells)]
        typer.echo("\n".join(filter(None, parts)), nl=False)
    else:
        typer.echo(writers.to_json(rows, failures, contests_json(contests, cells)), nl=False)
    if to is not None or (form == "table" and not no_page):
        from gbench.report.publish import write_report

        page = write_report(study, to or run / "report")
        typer.echo(f"the whole report:   {page}", err=form != "table")
