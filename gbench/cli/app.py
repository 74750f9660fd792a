"""The verbs, and how each is found: `gbench VERB` is `command` in `gbench/cli/VERB.py`."""

import importlib
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from gbench import __version__
from gbench.errors import UserError, suggestion

# In the order of the help; a verb's first docstring line is its line there.
VERBS = (
    "run",
    "check",
    "plan",
    "report",
    "compare",
    "export",
    "contest",
    "ui",
    "sync",
    "list",
    "show",
    "plugins",
    "schema",
    "reference",
)


class Verbs(TyperGroup):
    """Imports a verb's module when that verb is run, and all of them, which are light, for the help."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*VERBS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in VERBS:
            raise UserError(f"unknown verb '{cmd_name}'{suggestion(cmd_name, VERBS)}")
        verb = typer.Typer(add_completion=False, rich_markup_mode=None)
        verb.command(cmd_name)(importlib.import_module(f"gbench.cli.{cmd_name}").command)
        return typer.main.get_command(verb)


app = typer.Typer(
    cls=Verbs,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: rich alone takes longer to import than everything else
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gbench {__version__}")
        raise typer.Exit


@app.callback()
def gbench(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Which GAN training techniques really work on your data, and how reliably?"""
