"""`gbench run`: train what is missing of a suite, and say who is ahead."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gbench.cli.options import RESULTS, Results, Sets, SuiteFile
from gbench.errors import ExitCode, UserError

if TYPE_CHECKING:
    from gbench.record import RunDirectory
    from gbench.suite.cell import Cell
    from gbench.suite.suite import Suite
    from gbench.sweep.driver import Ending
    from gbench.sweep.executor import Executor
    from gbench.tracking.background import Projection

Workers = Annotated[
    int | None, typer.Option("--workers", min=1, help="Cohorts at once; by default as many as fit.")
]
Address = Annotated[
    str | None,
    typer.Option("--address", metavar="ADDRESS", help="Join this Ray cluster, as auto or host:6379."),
]
ExecutorName = Annotated[
    Literal["ray", "inline"],
    typer.Option("--executor", help="inline: in this process, one cohort at a time."),
]
Tracking = Annotated[
    str | None,
    typer.Option(
        "--tracking",
        metavar="URI",
        help="MLflow server; none: leave it to `gbench sync`; default: a local file.",
    ),
]


def command(
    suite: SuiteFile,
    sets: Sets = None,
    results: Results = RESULTS,
    workers: Workers = None,
    address: Address = None,
    executor: ExecutorName = "ray",
    tracking: Tracking = None,
) -> None:
    """Train what is missing of a suite."""
    from gbench.record import RunDirectory
    from gbench.suite import load_suite

    loaded = load_suite(suite, sets or ())
    cells = loaded.cells()
    run = RunDirectory(results / loaded.name)
    if any(run.status(cell).missing for cell in cells):
        ending = _train(loaded, run, cells, executor, address, workers, tracking)
    else:
        typer.echo(f"nothing to train: all {len(cells)} cells are done", err=True)
        ending = None
    _report(run, cells)
    raise typer.Exit(_exit_code(ending, run, cells, suite))


def _train(
    suite: "Suite",
    run: "RunDirectory",
    cells: "list[Cell]",
    executor: str,
    address: str | None,
    workers: int | None,
    tracking: str | None,
) -> "Ending":
    from gbench.report.progress import progress_view
    from gbench.sweep.driver import Driver, Watch
    from gbench.sweep.rehearsal import rehearse_cells
    from gbench.sweep.signals import Interruption

    rehearse_cells(cells)
    _make(run.root)
    with run.lock():
        run.create(suite.to_yaml())
        run.add(cells)
        with (
            _projection(run, tracking) as projection,
            _executor(executor, address, workers, cells) as places,
            Interruption().listening() as interruption,  # after Ray, which takes SIGTERM for itself
        ):
            watches: list[Watch] = [interruption, *projection]
            view = progress_view(sys.stderr)
            return Driver(run, cells, places, view, watches, suite.name).drive()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot write there: {error.strerror}", str(folder)) from error


def _executor(name: str, address: str | None, workers: int | None, cells: "list[Cell]") -> "Executor":
    if name == "inline":
        from gbench.sweep.inline import InlineExecutor

        return InlineExecutor()
    from gbench.sweep.ray_cluster import RayExecutor

    resources = cells[0].resources
    return RayExecutor(address, resources["cpus"], resources["gpus"], workers)


@contextmanager
def _projection(run: "RunDirectory", uri: str | None) -> "Iterator[list[LostTracking]]":
    """Projects into MLflow beside the sweep; yields what may stop the sweep."""
    if uri == "none":
        yield []
        return
    from gbench.report.results import statistics_of
    from gbench.tracking.background import Projection

    projection = Projection(run, uri, statistics_of).start()
    try:
        yield [LostTracking(projection)]
    finally:
        projection.close()
        lost = projection.lost()
        if lost is not None:
            typer.echo(f"warning: {lost}", err=True)


class LostTracking:
    """A watch for the driver: training stops where nobody can see any more what it does."""

    def __init__(self, projection: "Projection"):
        self.projection = projection

    def reason(self) -> str | None:
        lost = self.projection.lost()
        return str(lost) if lost else None


def _report(run: "RunDirectory", cells: "list[Cell]") -> None:
    from gbench.report.results import gather
    from gbench.report.table import console, print_report

    rows, failures = gather(run, cells)
    if rows or failures:
        print_report(console(), rows, failures, str(run.root))


def _exit_code(ending: "Ending | None", run: "RunDirectory", cells: "list[Cell]", suite: Path) -> ExitCode:
    """Says what is left to do, and how."""
    if ending is not None and ending.stopped is not None:
        missing = sum(len(run.status(cell).missing) for cell in cells)
        kind = "stopped" if ending.stopped == "interrupted" else f"stopped: {ending.stopped}"
        typer.echo(
            f"{kind}; nothing that was recorded is lost, {missing} replicas are missing. "
            f"The same command goes on: gbench run {suite}",
            err=True,
        )
        return ExitCode.INTERRUPTED if ending.stopped == "interrupted" else ExitCode.FAILED
    if any(run.status(cell).missing for cell in cells):
        return ExitCode.FAILED
    return ExitCode.OK
