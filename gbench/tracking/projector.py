"""Brings a run directory's committed events to MLflow: all of them, none twice, in any number of passes."""

import socket
from collections.abc import Callable
from pathlib import Path

from mlflow import MlflowClient

from gbench.errors import UserError
from gbench.record import RunDirectory, load_curves
from gbench.record.files import locked
from gbench.record.status import owned
from gbench.suite.cell import Cell
from gbench.tracking.cell_run import DAMAGED, CellState, project_cell_run
from gbench.tracking.describe import colours
from gbench.tracking.desk import Desk
from gbench.tracking.experiment import describe, find_sheet, suite_tags
from gbench.tracking.location import EMBEDDED, check_uri, embedded_uri, prepare_database, public_uri
from gbench.tracking.replica_runs import project_cohort
from gbench.tracking.suite_run import project_suite_run
from gbench.tracking.summarise import Publish, Summarise
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
        self._desk: Desk | None = None

    def project(self) -> int:
        """One pass over all cells with something new; how many points were sent.

        A damaged record hinders no other cell; the first one's UserError is raised at the end. A server
        that cannot be reached raises what MLflow raises.
        """
        cells = self.run.cells()
        if not cells:
            return 0
        with locked(self.run.root / "tracking.lock"):
            desk = self._desk = self._desk or self._open_desk(cells)
            desk.colours = colours(cells)
            damages: list[UserError] = []
            told = [self._project_cell(desk, cell, damages) for cell in cells]
            self._project_suite(desk, [standing for _, standing in told], damages)
            self._describe(desk, cells)
        if damages:
            raise damages[0]
        return sum(points for points, _ in told)

    def _open_desk(self, cells: list[Cell]) -> Desk:
        prepare_database(self.uri)
        client = MlflowClient(self.uri)
        artifacts = self.results / "artifacts" if self.server == EMBEDDED else None
        sheet = find_sheet(client, cells[0].suite, artifacts)
        directory = f"{socket.gethostname()}:{self.run.root.resolve()}"
        return Desk(client, self.server, sheet, directory, {})

    def _project_cell(self, desk: Desk, cell: Cell, damages: list[UserError]) -> tuple[int, CellState]:
        """How many points were sent, and how the cell stands."""
        if cell.id in self._settled:
            return 0, self._settled[cell.id]
        try:
            status = self.run.status(cell)  # before the cohorts, which may end while they are projected
            cohorts = owned(self.run.cohorts(cell.id))
            points = sum(project_cohort(desk, cell, cohort, own) for cohort, own in cohorts)
            folder = self.run.cell_folder(cell.id)
            standing = project_cell_run(desk, status, folder, self._statistics(folder, cell))
        except UserError as error:
            damages.append(error)
            return 0, CellState(cell, DAMAGED)
        if standing.state == "done":  # and so will not change again
            self._settled[cell.id] = standing
        return points, standing

    def _project_suite(self, desk: Desk, standings: list[CellState], damages: list[UserError]) -> None:
        try:
            project_suite_run(desk, self.run, standings, self.publish)
        except UserError as error:
            damages.append(error)

    def _statistics(self, folder: Path, cell: Cell) -> Callable[[], dict[str, float]]:
        """The cell's statistics, to be computed only where they are wanted."""
        summarise = self.summarise
        return (lambda: summarise(cell, load_curves(folder))) if summarise else dict

    def _describe(self, desk: Desk, cells: list[Cell]) -> None:
        views = view_tags(cells, desk.statistics, desk.sheet.created, desk.pictures)
        describe(desk.client, desk.sheet, suite_tags(self.run, cells) | views)
