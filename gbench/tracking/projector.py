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
from gbench.tracking.cell_run import project_cell_run
from gbench.tracking.describe import colours
from gbench.tracking.desk import Desk
from gbench.tracking.experiment import describe, find_sheet, suite_tags
from gbench.tracking.location import EMBEDDED, check_uri, embedded_uri, prepare_database, public_uri
from gbench.tracking.replica_runs import project_cohort
from gbench.tracking.summarise import Summarise
from gbench.tracking.view import view_tags


class Projector:
    """The one writer of a run directory to one tracking server.

    `uri` is the server's, by default the database beside the runs. `summarise` gives the statistics that a
    finished cell's own run shows.
    """

    def __init__(self, run: RunDirectory, uri: str | None = None, summarise: Summarise | None = None):
        if uri is not None:
            check_uri(uri)
        self.run = run
        self.results = run.root.resolve().parent
        self.uri = uri or embedded_uri(self.results)
        self.server = public_uri(uri) if uri else EMBEDDED
        self.summarise = summarise
        self._settled: set[str] = set()
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
            points = sum(self._project_cell(desk, cell, damages) for cell in cells)
            self._describe(desk, cells)
        if damages:
            raise damages[0]
        return points

    def _open_desk(self, cells: list[Cell]) -> Desk:
        prepare_database(self.uri)
        client = MlflowClient(self.uri)
        artifacts = self.results / "artifacts" if self.server == EMBEDDED else None
        sheet = find_sheet(client, cells[0].suite, artifacts)
        directory = f"{socket.gethostname()}:{self.run.root.resolve()}"
        return Desk(client, self.server, sheet, directory, {})

    def _project_cell(self, desk: Desk, cell: Cell, damages: list[UserError]) -> int:
        if cell.id in self._settled:
            return 0
        try:
            status = self.run.status(cell)  # before the cohorts, which may end while they are projected
            cohorts = owned(self.run.cohorts(cell.id))
            points = sum(project_cohort(desk, cell, cohort, own) for cohort, own in cohorts)
            folder = self.run.cell_folder(cell.id)
            settled = project_cell_run(desk, status, folder, self._statistics(folder, cell))
        except UserError as error:
            damages.append(error)
            return 0
        if settled:
            self._settled.add(cell.id)
        return points

    def _statistics(self, folder: Path, cell: Cell) -> Callable[[], dict[str, float]]:
        """The cell's statistics, to be computed only where they are wanted."""
        summarise = self.summarise
        return (lambda: summarise(cell, load_curves(folder))) if summarise else dict

    def _describe(self, desk: Desk, cells: list[Cell]) -> None:
        tags = suite_tags(self.run, cells) | view_tags(cells, desk.statistics, desk.sheet.created)
        describe(desk.client, desk.sheet, tags)
