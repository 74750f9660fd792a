"""`gbench plan`: the cells of a suite, and which of them are done."""

from collections import Counter
from collections.abc import Callable, Sequence

import typer

from gbench.cli.options import RESULTS, AsJson, Results, Sets, SuiteFile
from gbench.cli.output import print_json, print_table
from gbench.suite.cell import Cell


def command(suite: SuiteFile, sets: Sets = None, results: Results = RESULTS, as_json: AsJson = False) -> None:
    """List the cells of a suite, done and missing."""
    from gbench.record import RunDirectory
    from gbench.suite import load_suite

    loaded = load_suite(suite, sets or ())
    record = RunDirectory(results / loaded.name)
    print_plan(loaded.cells(), lambda cell: record.status(cell).state, as_json=as_json)


def print_plan(cells: Sequence[Cell], state_of: Callable[[Cell], str], *, as_json: bool) -> None:
    """A line for each cell, and how many are in each state."""
    states = [state_of(cell) for cell in cells]
    if as_json:
        print_json([cell.to_json() | {"state": state} for cell, state in zip(cells, states, strict=True)])
        return
    rows = [
        (cell.name, cell.id, str(cell.replicas), state) for cell, state in zip(cells, states, strict=True)
    ]
    print_table(("cell", "id", "replicas", "state"), rows)
    counts = ", ".join(f"{count} {state}" for state, count in sorted(Counter(states).items()))
    typer.echo(f"\n{len(cells)} cells: {counts}")
