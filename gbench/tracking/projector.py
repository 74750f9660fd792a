"""Brings a run directory's committed events to MLflow: all of them, none twice, in any number of passes."""

import socket
from collections.abc import Callable
from functools import partial

from mlflow import MlflowClient

from gbench.errors import UserError
from gbench.record import History, RunDirectory
from gbench.record.files import locked
from gbench.suite.cell import Cell
from gbench.tracking.cell_run import DAMAGED, CellState, project_cell_run
from gbench.tracking.context import Context
from gbench.tracking.experiment import describe, find_experiment, suite_tags
from gbench.tracking.location import EMBEDDED, check_uri, embedded_uri, prepare_database, public_uri
from gbench.tracking.ports import Publish, Summarise
from gbench.tracking.replica_runs import project_cohort
from gbench.tracking.suite_run import project_suite_run
from gbench.tracking.view import view_tags


class Projector:
    """The one writer of a run directory to one tracking server.

    `uri` is the server's, by default the database beside the runs. `summarise` gives the statistics that a
    finished cell's own run shows, `publish` the report that the suite's does.
    """

    def __init__(
        self,
        run: RunDirectory,
        uri: str | None = None,
        summarise: Summarise | None = None,
        publish: Publish | None = None,
    ):
        if uri is not None:
            check_uri(uri)
        self.run = run
        self.results = run.root.resolve().parent
        self.uri = uri or embedded_uri(self.results)
        self.server = public_uri(uri) if uri else EMBEDDED
        self.summarise, self.publish = summarise, publish
        self._settled: dict[str, CellState] = {}
        self._context: Context | None = None

    def project(self) -> int:
        """One pass over all cells with something new; how many points were sent.

        A damaged record hinders no other cell; the first one's UserError is raised at the end. A server
        that cannot be reached raises what MLflow raises.
        """
        cells = self.run.cells()
        if not cells:
            return 0
        with locked(self.run.root / "tracking.lock"):
            context = self._context = self._context or self._open_context(cells)
            context.begin(cells)
            damages: list[UserError] = []
            told = [self._project_cell(context, cell, damages) for cell in cells]
            self._project_suite(context, [standing for _, standing in told], damages)
            self._describe(context, cells)
        if damages:
            raise damages[0]
        return sum(points for points, _ in told)

    def _open_context(self, cells: list[Cell]) -> Context:
        prepare_database(self.uri)
        client = MlflowClient(self.uri)
        artifacts = self.results / "artifacts" if self.server == EMBEDDED else None
        experiment = find_experiment(client, cells[0].suite, artifacts)
        directory = f"{socket.gethostname()}:{self.run.root.resolve()}"
        return Context(client, self.server, experiment, directory)

    def _project_cell(self, context: Context, cell: Cell, damages: list[UserError]) -> tuple[int, CellState]:
        """How many points were sent, and how the cell stands."""
        if cell.id in self._settled:
            return 0, self._settled[cell.id]
        try:
            status = self.run.status(cell)  # before the history, because cohorts may end in between
            history = self.run.history(cell)
            points = sum(project_cohort(context, cell, cohort) for cohort in history.cohorts)
            folder = self.run.cell_folder(cell.id)
            standing = project_cell_run(context, status, history, folder, self._statistics(history))
        except UserError as error:
            damages.append(error)
            return 0, CellState(cell, DAMAGED)
        if standing.state == "done":  # and so will not change again
            self._settled[cell.id] = standing
        return points, standing

    def _project_suite(self, context: Context, standings: list[CellState], damages: list[UserError]) -> None:
        try:
            project_suite_run(context, self.run, standings, self.publish)
        except UserError as error:
            damages.append(error)

    def _statistics(self, history: History) -> Callable[[], dict[str, float]]:
        """The cell's statistics, to be computed only where they are wanted."""
        return partial(self.summarise, history) if self.summarise else dict

    def _describe(self, context: Context, cells: list[Cell]) -> None:
        views = view_tags(cells, context.statistics, context.experiment.created, context.pictures)
        describe(context.client, context.experiment, suite_tags(self.run, cells) | views)
