"""The run directory: journals, commits and outcomes. Imports the standard library only."""

from gbench.record.attempt import Attempt, Fenced, Resume
from gbench.record.cohort_folder import NETWORKS, CohortDirectory, Commit
from gbench.record.contests import ContestRecord, load_contests
from gbench.record.events import Event, event_of
from gbench.record.history import History
from gbench.record.plain import plain
from gbench.record.run import RunDirectory
from gbench.record.status import CellStatus, Outcome

__all__ = [
    "NETWORKS",
    "Attempt",
    "CellStatus",
    "CohortDirectory",
    "Commit",
    "ContestRecord",
    "Event",
    "Fenced",
    "History",
    "Outcome",
    "Resume",
    "RunDirectory",
    "event_of",
    "load_contests",
    "plain",
]
