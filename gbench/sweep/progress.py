"""What a driver tells whoever watches a sweep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

Event: TypeAlias = dict[str, Any]  # a line of a journal; see `docs/architecture.md`


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one cell has ahead of it.

    replicas: the numbers of those that are to train. steps: of the budget. first: the committed step
    that an interrupted cell goes on from. primary: the metric worth showing.
    """

    replicas: Sequence[int]
    steps: int
    first: int = 0
    primary: str | None = None


@dataclass(frozen=True)
class Plan:
    """The work of a sweep by the name of the cell, without the cells that have a result already."""

    suite: str
    cells: Mapping[str, Load]


class Progress(Protocol):
    """A view of a running sweep. The driver calls it from one thread, `stop` last and always."""

    def start(self, plan: Plan) -> None:
        """The sweep begins."""

    def event(self, cell: str, replicas: Sequence[int], event: Event) -> None:
        """A cohort of a cell reported an event of its journal; `replicas` are its numbers, in order."""

    def finished(self, cell: str, status: str) -> None:
        """A cell is over: "done", "failed" or "stopped"."""

    def note(self, text: str) -> None:
        """Something a person should read: a retry, a halved cohort, an outage."""

    def stop(self) -> None:
        """The sweep is over."""
