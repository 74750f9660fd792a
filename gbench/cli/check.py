"""`gbench check`: whether a suite is right, without training anything."""

from typing import TYPE_CHECKING

import typer

from gbench.cli.options import Sets, SuiteFile

if TYPE_CHECKING:
    from gbench.suite.suite import Suite


def command(suite: SuiteFile, sets: Sets = None) -> None:
    """Check a suite without training anything."""
    from gbench.suite import load_suite
    from gbench.sweep.rehearsals import rehearse_cells

    loaded = load_suite(suite, sets or ())
    noted = rehearse_cells(loaded.cells())
    typer.echo(summary(loaded))
    for note in [*loaded.notes(), *noted]:
        typer.echo(f"note: {note}")


def summary(suite: "Suite") -> str:
    """What a sound suite amounts to, in one line."""
    return (
        f"{suite.path}: {len(suite.cells())} cells of {suite.shape.seeds} replicas "
        f"({len(suite.techniques)} techniques, {len(suite.plans)} data sets)"
    )
