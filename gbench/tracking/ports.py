"""What a projection asks of others: the statistics of a cell, and the report of a run."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from gbench.record import History

Summarise = Callable[[History], dict[str, float]]
"""The statistics over seeds of a finished cell, as its own run in MLflow shows them."""


class Digest(Protocol):
    """What a report says, in Markdown."""

    @property
    def text(self) -> str:
        """The answer first, in a line that can stand alone."""

    @property
    def places(self) -> Mapping[str, str]:
        """By a cell's id: a text that sorts the best first on each data set, such as `ring 01`."""

    @property
    def lines(self) -> Mapping[str, str]:
        """By a cell's id: a sentence on how it did."""


Publish = Callable[[Path, Path], Digest]
"""Write the report of a run directory (first path) into a folder (second), as `report.html` and more."""
