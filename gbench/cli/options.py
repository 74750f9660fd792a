"""Arguments and options that several verbs share."""

from pathlib import Path
from typing import Annotated

import typer

SuiteFile = Annotated[
    Path, typer.Argument(metavar="SUITE", help="The suite's YAML file.", show_default=False)
]

Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change the suite, as budget.steps=100; repeatable."),
]

RESULTS = Path("results")

Results = Annotated[
    Path, typer.Option("--results", metavar="DIR", help="Where runs lie; the suite's is DIR/NAME.")
]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
