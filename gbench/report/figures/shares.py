"""Histograms of a probe, as tiles: a row for each technique, a column for each mode or class."""

import numpy as np

from gbench.report.figures.canvas import INK, canvas, room_for, shortened
from gbench.statistics.arrays import Floats


def draw_shares(name: str, title: str, rows: list[str], values: Floats) -> str:
    """`values` [rows, K]; dark is much, white nothing."""
    with canvas(name, {}, height=0.9 + 0.24 * len(rows), left=room_for(rows)) as drawn:
        mesh = drawn.ax.pcolormesh(np.ma.masked_invalid(values), cmap="Blues", edgecolors="white", vmin=0)
        drawn.figure.colorbar(mesh, ax=drawn.ax, shrink=0.8)
        drawn.ax.set_yticks(np.arange(len(rows)) + 0.5, [shortened(row) for row in rows], color=INK)
        drawn.ax.invert_yaxis()
        drawn.ax.tick_params(length=0)
        drawn.ax.set_title(title, loc="left", fontsize=9)
    return drawn.svg
