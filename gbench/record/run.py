"""The run directory of a suite: its cells, the lock of its one driver, and the request to stop."""

import fcntl
import json
import os
import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from gbench.errors import UserError
from gbench.record.cohort_folder import FOLDER_NAME, CohortDirectory, folder_name
from gbench.record.files import is_count, read_json, require, write_json, write_text
from gbench.record.history import History, history_of
from gbench.record.status import CellStatus, cell_status, missing_slices
from gbench.suite.cell import Cell

CELL_ID = re.compile(r"[0-9a-f]{16}")


class RunDirectory:
    """`results/<suite>/`; its files are those that the architecture's page lists."""

    def __init__(self, root: Path):
        self.root = Path(root)

    def create(self, suite_text: str) -> None:
        """Make the folders and keep the suite as run; what is recorded already stays."""
        (self.root / "cells").mkdir(parents=True, exist_ok=True)
        write_text(self.root / "suite.yaml", suite_text)

    def require(self) -> None:
        """Raise a UserError unless something has been run here."""
        if not (self.root / "cells").is_dir():
            raise UserError("no run here; `gbench run SUITE` makes one", str(self.root))

    # Cells

    def add(self, cells: Iterable[Cell]) -> None:
        """Write `cell.json` for each; a cell that is there already takes the new label and replicas."""
        for cell in cells:
            folder = self.cell_folder(cell.id)
            folder.mkdir(parents=True, exist_ok=True)
            if read_json(folder / "cell.json") != json.loads(json.dumps(cell.to_json())):
                write_json(folder / "cell.json", cell.to_json())

    def cells(self) -> list[Cell]:
        """Every cell recorded here, by name."""
        folders = (self.root / "cells").iterdir() if (self.root / "cells").is_dir() else ()
        known = (
            folder.name
            for folder in folders
            if CELL_ID.fullmatch(folder.name) and (folder / "cell.json").exists()
        )
        return sorted((self.cell(name) for name in known), key=lambda cell: (cell.name, cell.id))

    def cell(self, cell_id: str) -> Cell:
        """The cell with that id; a UserError where there is none or it was changed by hand."""
        path = self.cell_folder(cell_id) / "cell.json"
        data = read_json(path)
        if data is None:
            raise UserError("no such cell", str(path))
        require("recipe" in data, path, "recorded by an older gbench, whose cells have other numbers")
        try:
            cell = Cell.from_json(data)
            named = cell.id == cell_id and _is_well_typed(cell)
        except (AttributeError, KeyError, TypeError, ValueError):
            named = False
        require(named, path, "not the cell that its folder names")
        return cell

    def cell_folder(self, cell_id: str) -> Path:
        return self.root / "cells" / cell_id

    def cohort(self, cell_id: str, first: int, last: int) -> CohortDirectory:
        return CohortDirectory(self.cell_folder(cell_id) / folder_name(first, last))

    def cohorts(self, cell_id: str) -> list[CohortDirectory]:
        """The cohorts that have a folder, by their first replica."""
        return cohorts_in(self.cell_folder(cell_id))

    def status(self, cell: Cell) -> CellStatus:
        """What of the cell's replicas is done, failed, begun and missing."""
        return cell_status(cell, self.cohorts(cell.id))

    def history(self, cell: Cell) -> History:
        """All that the cell's journals say of its replicas."""
        return history_of(cell, self.cohorts(cell.id))

    def missing(self, cell: Cell, cohort_size: int) -> list[tuple[int, int]]:
        """The slices still to train, failed ones among them; see `missing_slices`."""
        return missing_slices(self.status(cell), cohort_size)

    # The one driver

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be this directory's one driver; a UserError says who else is."""
        self.root.mkdir(parents=True, exist_ok=True)
        path = self.root / "lock"
        with path.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UserError(f"{_holder(file)} is running this suite already", str(path)) from None
            file.truncate(0)
            file.write(f"process {os.getpid()} on {socket.gethostname()}")
            file.flush()
            yield

    def locked_by(self) -> str | None:
        """The driver at work here, as `process 4711 on node01`, or `None`."""
        path = self.root / "lock"
        if not path.exists():
            return None
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _holder(file)
        return None

    # Stopping

    def request_stop(self) -> None:
        """Ask every worker to commit and end."""
        (self.root / "stop").touch()

    def clear_stop(self) -> None:
        (self.root / "stop").unlink(missing_ok=True)

    def stop_requested(self) -> bool:
        """One look at the file system; cheap enough for every round."""
        return (self.root / "stop").exists()


def cohorts_in(cell_folder: Path) -> list[CohortDirectory]:
    """The cohorts of a cell's folder, by their first replica."""
    folders = cell_folder.iterdir() if cell_folder.is_dir() else ()
    cohorts = (CohortDirectory(folder) for folder in folders if FOLDER_NAME.fullmatch(folder.name))
    return sorted(cohorts, key=lambda cohort: (cohort.first, cohort.last))


def _is_well_typed(cell: Cell) -> bool:
    texts = (cell.suite, cell.label, cell.technique, cell.dataset)
    mappings = (cell.scores, cell.probed, cell.thresholds, cell.point)
    return (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(mapping, dict) for mapping in mappings)
        and all(len(score) == 2 for score in [*cell.scores.values(), *cell.probed.values()])
        and is_count(cell.replicas)
    )


def _holder(file: TextIO) -> str:
    file.seek(0)
    return file.read(200).strip() or "another process"
