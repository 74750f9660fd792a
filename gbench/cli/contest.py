"""`gbench contest`: compare the trained models of a run with each other."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gbench.cli.options import Sets
from gbench.cli.run import Address, ExecutorName, Workers, make_executor
from gbench.errors import ExitCode, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gbench.record import RunDirectory
    from gbench.sweep.executor import Executor
    from gbench.worker.tasks import Task

Run = Annotated[
    Path, typer.Argument(metavar="RUN", help="A run directory, as results/stability.", show_default=False)
]


def command(
    run: Run,
    sets: Sets = None,
    workers: Workers = None,
    address: Address = None,
    executor: ExecutorName = "inline",
) -> None:
    """Hold a run's contests between its trained models."""
    from gbench.record import RunDirectory, load_contests
    from gbench.report.contest_results import print_contests
    from gbench.report.table import console
    from gbench.suite import load_suite
    from gbench.sweep.holding import due_contests

    directory = RunDirectory(run)
    directory.require()
    suite = load_suite(run / "suite.yaml", sets or ())
    requests, cells = suite.contests(), suite.cells()
    if not requests:
        raise UserError("the suite has no contests; name some, as --set 'contests=[tournament, nrds]'")
    if not any(not directory.status(cell).missing for cell in cells):
        raise UserError("no cell of the suite is trained to its end", str(run))
    due = due_contests(directory, cells, requests)
    failed = _hold(directory, due, partial(make_executor, executor, address, workers, cells))
    print_contests(console(), load_contests(directory), cells)
    raise typer.Exit(ExitCode.FAILED if failed else ExitCode.OK)


def _hold(run: "RunDirectory", tasks: "Sequence[Task]", places: "Callable[[], Executor]") -> dict[str, str]:
    from gbench.sweep.holding import Contests
    from gbench.sweep.signals import Interruption

    if not tasks:
        typer.echo("nothing to do: all contests are held", err=True)
        return {}
    with places() as executor, run.lock(), Interruption().listening() as interruption:
        contests = Contests(
            executor, partial(typer.echo, err=True), lambda: interruption.reason() is not None
        )
        failed = contests.hold(tasks)
        if interruption.reason():
            raise typer.Exit(ExitCode.INTERRUPTED)
        return failed
