"""The run directory: journals, commits and outcomes. Imports the standard library only."""

from gbench.record.attempt import Attempt, Fenced, Resume
from gbench.record.cohort import CohortDirectory, Commit
from gbench.record.curves import Curves, load_curves
from gbench.record.plain import plain
from gbench.record.run import RunDirectory
from gbench.record.status import CellStatus, Outcome

__all__ = [
    "Attempt",
    "CellStatus",
    "CohortDirectory",
    "Commit",
    "Curves",
    "Fenced",
    "Outcome",
    "Resume",
    "RunDirectory",
    "load_curves",
    "plain",
]
