"""`gbench list`: every component, by kind."""

from typing import Annotated

import typer

from gbench.cli.options import AsJson
from gbench.cli.output import print_json, print_table
from gbench.plugins import KINDS, Component, Registry, load_registry

Kind = Annotated[
    str | None, typer.Argument(metavar="[KIND]", help=f"One of {', '.join(KINDS)}.", show_default=False)
]


def command(kind: Kind = None, as_json: AsJson = False) -> None:
    """List the components of one kind or of all."""
    registry = load_registry()
    kinds = [kind] if kind else KINDS
    components = [registry.find(each, name) for each in kinds for name in registry.names(each)]
    if as_json:
        print_json([_record(component, registry) for component in components])
    elif components:
        print_table(("kind", "name", "version", "summary"), [_row(component) for component in components])


def _row(component: Component) -> tuple[str, ...]:
    return component.kind, component.name, component.version, component.summary


def _record(component: Component, registry: Registry) -> dict[str, str]:
    return {
        "kind": component.kind,
        "name": component.name,
        "version": component.version,
        "summary": component.summary,
        "package": str(registry.package_of(component)),
    }
