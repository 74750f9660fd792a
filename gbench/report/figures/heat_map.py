"""Sensitivity: the median of a metric over the points of a grid."""

from collections.abc import Sequence

import numpy as np

from gbench.report.figures.canvas import INK, LETTER, canvas, is_wide, room_for, shortened
from gbench.report.numerals import significant
from gbench.statistics.arrays import Floats

NUMBERED = 60  # tiles that carry their number


def draw_heat_map(
    name: str,
    title: str,
    values: Floats,
    rows: Sequence[str],
    columns: Sequence[str],
    axis: str,
    *,
    less_is_better: bool,
) -> str:
    """`values` [rows, columns]: dark is better, hatched infinite, white not measured (NaN)."""
    upright = len(columns) < 7 and max(map(len, columns)) < 9
    below = 0.6 if upright else 0.5 + LETTER * max(map(len, columns))
    left = room_for(rows)
    with canvas(name, {}, height=0.9 + below + 0.3 * len(rows), left=left, bottom=below) as drawn:
        ax = drawn.ax
        known = np.where(np.isfinite(values), values, np.nan)
        scaled = np.log(known) if is_wide(values) else known
        ax.set_facecolor("white")
        mesh = ax.pcolormesh(
            np.ma.masked_invalid(scaled),
            cmap="cividis" if less_is_better else "cividis_r",
            edgecolors="white",
        )
        for row, column in zip(*np.nonzero(np.isinf(values)), strict=True):
            ax.fill_between(
                [column, column + 1], row, row + 1, facecolor="#eeeeee", hatch="////", edgecolor="#aaaaaa"
            )
        if values.size <= NUMBERED:
            _number(ax, values, np.asarray(mesh.norm(scaled)), less_is_better)
        ax.set_yticks(np.arange(len(rows)) + 0.5, [shortened(row) for row in rows], color=INK)
        ax.set_xticks(np.arange(len(columns)) + 0.5, columns, rotation=0 if upright else 90)
        ax.invert_yaxis()
        ax.tick_params(length=0)
        ax.set_xlabel(axis)
        ax.set_title(title, loc="left", fontsize=9)
    return drawn.svg


def _number(ax: object, values: Floats, shade: Floats, less_is_better: bool) -> None:
    for row, column in zip(*np.nonzero(~np.isnan(values)), strict=True):
        value = values[row, column]
        dark = np.isfinite(value) and (shade[row, column] < 0.5) == less_is_better
        colour = "white" if dark else INK
        ax.text(  # type: ignore[attr-defined]
            column + 0.5, row + 0.5, significant(value), ha="center", va="center", color=colour, fontsize=7.5
        )
