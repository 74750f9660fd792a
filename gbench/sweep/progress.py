"""What a driver tells the views of a sweep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gbench.record.events import Event


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one cell has ahead of it."""

    #: The numbers of the replicas that are to train.
    replicas: Sequence[int]
    #: Rounds of the budget.
    steps: int
    #: The committed step that an interrupted cell goes on from.
    first: int = 0
    #: The metric that a view shows; None where no metric ranks.
    primary: str | None = None


@dataclass(frozen=True)
class Plan:
    """The work of a sweep."""

    #: The name of the suite.
    suite: str
    #: By the cell's name; cells that have a result already are left out.
    cells: Mapping[str, Load]


class Progress(Protocol):
    """A view of a running sweep. The driver calls it from one thread, `stop` last and always."""

    def start(self, plan: Plan) -> None:
        """The sweep begins."""

    def event(self, cell: str, replicas: Sequence[int], event: Event) -> None:
        """A cohort of a cell reported an event; `replicas` are the cohort's, in order."""

    def finished(self, cell: str, status: str) -> None:
        """A cell is over: "done", "failed" or "stopped"."""

    def note(self, text: str) -> None:
        """Something a person should read: a retry, a halved cohort, an outage."""

    def stop(self) -> None:
        """The sweep is over."""
