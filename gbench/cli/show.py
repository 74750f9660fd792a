"""`gbench show`: one component, its documentation, paper and options."""

from typing import Annotated, Any

import typer

from gbench.cli.output import print_table
from gbench.plugins import KINDS, Component, Description, Option, Registry, load_registry

# What contracts between components say, in words.
WORDS = {
    "scores": "scores (high for real samples)",
    "energies": "energies (low for real samples)",
    "features": "features (vectors from before the discriminator's head)",
}
LEADS = {
    ("loss", "takes"): "takes the discriminator's {}",
    ("model", "gives"): "its discriminator gives {}",
    ("model", "takes"): "its networks take a {} too",
    ("game", "passes"): "passes a {} to the networks",
    ("model", "vmap"): "vmap: no, {}",
}

Kind = Annotated[str, typer.Argument(metavar="KIND", help=f"One of {', '.join(KINDS)}.", show_default=False)]
Name = Annotated[str, typer.Argument(metavar="NAME", help="As `gbench list` gives it.", show_default=False)]


def command(kind: Kind, name: Name) -> None:
    """Show a component and its options."""
    registry = load_registry()
    registry.names(kind)  # an unknown kind is told before an unknown name
    component = registry.find(kind, name)
    _print_head(component, registry)
    if kind == "technique":
        typer.echo(registry.path(component).read_text(encoding="utf-8").rstrip())
    else:
        _print_description(registry.describe(component))


def _print_head(component: Component, registry: Registry) -> None:
    typer.secho(f"{component.kind} {component.name}", bold=True, nl=False)
    typer.echo(f"  version {component.version}, from {registry.package_of(component)}")
    typer.echo(f"{component.summary}\n")


def _print_description(description: Description) -> None:
    if description.doc:
        typer.echo(f"{description.doc}\n")
    if description.paper:
        typer.echo(f"paper: {description.paper}")
    for name, value in description.attributes.items():
        if name != "paper" and value not in ((), ""):
            typer.echo(_attribute(description.component.kind, name, value))
    if description.options:
        typer.echo()
        rows = [_row(option) for option in description.options.values()]
        print_table(("option", "type", "default", "range", "help"), rows)


def _attribute(kind: str, name: str, value: Any) -> str:
    if (kind, name) not in LEADS:
        return f"{name}: {value_text(value)}"
    values = value if isinstance(value, tuple | list) else [value]
    return LEADS[kind, name].format(" and ".join(WORDS.get(item, str(item)) for item in values))


def _row(option: Option) -> tuple[str, ...]:
    return option.name, option.type_text, value_text(option.default), option.range_text, option.help


def value_text(value: Any) -> str:
    """A value as it would stand in a suite: `null`, `true`, `0.5, 0.999`; of a mapping its keys."""
    if isinstance(value, tuple | list | dict):
        return ", ".join(value_text(item) for item in value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)
