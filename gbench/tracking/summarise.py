"""What the projection asks of whoever computes statistics."""

from collections.abc import Callable

from gbench.record import Curves
from gbench.suite.cell import Cell

Summarise = Callable[[Cell, Curves], dict[str, float]]
"""The statistics over seeds of a finished cell, as its own run in MLflow shows them."""
