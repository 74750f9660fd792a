"""What the projection asks of whoever computes statistics and writes reports."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from gbench.record import Curves
from gbench.suite.cell import Cell

Summarise = Callable[[Cell, Curves], dict[str, float]]
"""The statistics over seeds of a finished cell, as its own run in MLflow shows them."""


class Brief(Protocol):
    """What a report says, in Markdown.

    text: the answer first, a line that can stand alone. places: by a cell's id a text that sorts the best
    first on each data set, such as `ring 01`. lines: by a cell's id a sentence on how it did.
    """

    @property
    def text(self) -> str: ...
    @property
    def places(self) -> Mapping[str, str]: ...
    @property
    def lines(self) -> Mapping[str, str]: ...


Publish = Callable[[Path, Path], Brief]
"""Write the report of a run directory (first path) into a folder (second), as `report.html` and more."""
