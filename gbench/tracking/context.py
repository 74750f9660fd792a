"""What a projection works with: the tracking server, the suite's experiment, and what was found there."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mlflow import MlflowClient
from mlflow.entities import Run

from gbench.suite.cell import Cell
from gbench.tracking.experiment import SuiteExperiment
from gbench.tracking.run_tags import colours
from gbench.tracking.runs import runs_of_cell


@dataclass
class Context:
    """One for each projector; `begin` comes before each of its passes."""

    client: MlflowClient
    #: The cursors' name for the tracking server.
    server: str
    experiment: SuiteExperiment
    #: Host and path of the record.
    directory: str
    #: By a technique's label.
    colours: dict[str, str] = field(default_factory=dict)
    #: The metric keys that the cells' own runs have.
    statistics: set[str] = field(default_factory=set)
    #: The names of the pictures that the cells' own runs have.
    pictures: set[str] = field(default_factory=set)
    #: The state of the record that no report could be made of; empty where there is none.
    refused: str = ""
    _known: dict[str, list[Run]] = field(default_factory=dict)

    def begin(self, cells: Sequence[Cell]) -> None:
        """Prepare for a pass over these cells: what was known of runs may have changed on the server."""
        self.colours = colours(cells)
        self._known.clear()

    def runs_of(self, cell: Cell) -> list[Run]:
        """The cell's runs as they were before this pass, looked up once a pass, the oldest first."""
        if cell.id not in self._known:
            self._known[cell.id] = list(runs_of_cell(self.client, self.experiment.id, cell.id))
        return self._known[cell.id]
