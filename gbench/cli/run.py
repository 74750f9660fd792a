"""`gbench run`: train what is missing of a suite, and say who is ahead."""

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TextIO

import typer

from gbench.cli.options import RESULTS, Results, Sets, SuiteFile
from gbench.errors import ExitCode, UserError
from gbench.tracking.background import GRACE

if TYPE_CHECKING:
    from gbench.record import RunDirectory
    from gbench.suite.cell import Cell
    from gbench.suite.suite import Suite
    from gbench.sweep.driver import Ending
    from gbench.sweep.executor import Executor
    from gbench.sweep.progress import Progress
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
TrackingGrace = Annotated[
    float,
    typer.Option(
        "--tracking-grace",
        metavar="SECONDS",
        min=0,
        help="How long the MLflow server may be gone before training stops.",
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
    grace: TrackingGrace = GRACE,
) -> None:
    """Train what is missing of a suite."""
    from gbench.record import RunDirectory
    from gbench.suite import load_suite
    from gbench.sweep.holding import due_contests

    loaded = load_suite(suite, sets or ())
    cells = loaded.cells()
    run = RunDirectory(results / loaded.name)
    _check_tracking(tracking)
    tracked = _projection(run, tracking, grace)
    missing = any(run.status(cell).missing for cell in cells)
    if missing or due_contests(run, cells, loaded.contests()):
        places = partial(make_executor, executor, address, workers, cells)
        ending = _ending(partial(_train, loaded, run, cells, tracked, places))
    else:
        typer.echo(f"nothing to train: all {len(cells)} cells are done", err=True)
        ending = None
        with tracked:
            pass  # whatever an earlier run could not bring to MLflow any more
    _report(run, cells)
    raise typer.Exit(_exit_code(ending, run, cells))


def _check_tracking(uri: str | None) -> None:
    from gbench.tracking.location import check_uri

    if uri is not None and uri != "none":
        check_uri(uri)


def _train(
    suite: "Suite",
    run: "RunDirectory",
    cells: "list[Cell]",
    tracked: "AbstractContextManager[list[LostTracking]]",
    places: "Callable[[], Executor]",
) -> "Ending":
    from gbench.sweep.driver import Driver, Watch
    from gbench.sweep.rehearsals import rehearse_cells
    from gbench.sweep.signals import Interruption

    for note in rehearse_cells(cells):
        typer.echo(f"note: {note}", err=True)
    if holder := run.locked_by():
        raise UserError(f"{holder} is running this suite already", str(run.root / "lock"))
    with places() as executor:  # may refuse, so nothing is written before
        _make(run.root)
        with run.lock():
            run.create(suite.to_yaml())
            run.add(cells)
            with tracked as trackers, Interruption().listening() as interruption:
                watches: list[Watch] = [interruption, *trackers]
                view = progress_view(sys.stderr)
                driver = Driver(run, cells, executor, view, watches, suite.name, suite.contests())
                return driver.drive()


def _ending(train: "Callable[[], Ending]") -> "Ending":
    """How training ended, be it by Ctrl-C before the driver listens, or a disk too full for the driver."""
    from gbench.sweep.driver import Ending
    from gbench.worker.failures import cannot_write, is_full

    try:
        return train()
    except KeyboardInterrupt:
        return Ending(stopped="interrupted")
    except OSError as error:
        if not is_full(error):
            raise
        return Ending(stopped=cannot_write(error))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot write there: {error.strerror}", str(folder)) from error


def make_executor(name: str, address: str | None, workers: int | None, cells: "list[Cell]") -> "Executor":
    if name == "inline":
        from gbench.sweep.inline import InlineExecutor

        return InlineExecutor()
    from gbench.sweep.ray_cluster import RayExecutor

    resources = cells[0].resources
    return RayExecutor(address, resources.cpus, resources.gpus, workers)


@contextmanager
def _projection(run: "RunDirectory", uri: str | None, grace: float) -> "Iterator[list[LostTracking]]":
    """Projects into MLflow beside the sweep; yields what may stop the sweep."""
    if uri == "none":
        yield []
        return
    from gbench.report.brief import publish
    from gbench.report.entries import statistics_of
    from gbench.tracking.background import Projection

    projection = Projection(run, uri, statistics_of, publish, grace=grace).start()
    watch = LostTracking(projection)
    try:
        yield [watch]
    finally:
        projection.close()
        lost = projection.lost()
        if lost is not None and not watch.told:
            typer.echo(f"warning: {lost}", err=True)


class LostTracking:
    """A watch for the driver: training stops where nobody can see any more what it does.

    told: whether the driver has heard of a loss.
    """

    def __init__(self, projection: "Projection"):
        self.projection = projection
        self.told = False

    def reason(self) -> str | None:
        lost = self.projection.lost()
        self.told = lost is not None
        return str(lost) if lost else None


def _report(run: "RunDirectory", cells: "list[Cell]") -> None:
    from gbench.record import load_contests
    from gbench.report.contest_results import print_contests
    from gbench.report.reading import read_entries
    from gbench.report.study import failures_of, rows_of
    from gbench.report.table import console, print_report

    entries = read_entries(run, cells)
    rows, failures = rows_of(entries), failures_of(entries)
    print_contests(console(), load_contests(run), cells)
    if rows or failures:
        print_report(console(), rows, failures, str(run.root))


def _exit_code(ending: "Ending | None", run: "RunDirectory", cells: "list[Cell]") -> ExitCode:
    """Says what is left to do, and how."""
    missing = sum(len(run.status(cell).missing) for cell in cells)
    if ending is None or ending.stopped is None:
        return ExitCode.FAILED if missing else ExitCode.OK
    interrupted = ending.stopped == "interrupted"
    typer.echo(
        f"{'stopped' if interrupted else f'stopped: {ending.stopped}'}; "
        f"nothing that was recorded is lost, {missing} replicas are missing. "
        f"The same command goes on: {shlex.join(['gbench', *sys.argv[1:]])}",
        err=True,
    )
    return ExitCode.INTERRUPTED if interrupted else ExitCode.FAILED


def progress_view(stream: TextIO) -> "Progress":
    """A live view where `stream` is a terminal, a line now and then where it is not."""
    if stream.isatty():
        from gbench.report.progress.terminal import LiveView

        return LiveView.on(stream)
    from gbench.report.progress.lines import PlainView

    return PlainView(stream)
