"""Stairs: what share of the seeds is still in a state, or reaches a level."""

from collections.abc import Sequence

import numpy as np

from gbench.report.figures.canvas import (
    COLOURED,
    DRAWN,
    GREY,
    NAME,
    canvas,
    name_lines,
    pick_scale,
    room_for,
)
from gbench.report.study import Entry
from gbench.statistics.arrays import Floats

Stair = tuple[Floats, Floats]  # where, and the share from there on


def draw_stairs(
    name: str,
    entries: Sequence[Entry],
    stairs: dict[str, Stair],
    labels: tuple[str, str],
    colours: dict[str, str],
    *,
    logarithmic: bool = False,
) -> str:
    """A falling or rising stair of shares for each entry that has one in `stairs`, by its cell's id."""
    shown = [entry for entry in entries[:DRAWN] if entry.cell.id in stairs]
    if not shown:
        return ""
    with canvas(name, colours, right=room_for([entry.label for entry in shown[:COLOURED]], NAME)) as drawn:
        for place, entry in reversed(list(enumerate(shown))):
            where, share = stairs[entry.cell.id]
            coloured = place < COLOURED
            line = drawn.ax.plot(
                where,
                share + 0.004 * (min(place, COLOURED) - COLOURED / 2),  # equal stairs stay visible
                drawstyle="steps-post",
                color=drawn.colour(entry) if coloured else GREY,
                linewidth=1.7 if coloured else 0.8,
                linestyle=drawn.dash(entry),
            )
            drawn.mark(entry, line)
        shown_at = np.concatenate([stairs[entry.cell.id][0] for entry in shown])
        if logarithmic:
            pick_scale(drawn.ax, shown_at, "x")
        drawn.ax.set_ylim(-0.03, 1.03)
        drawn.ax.set_xlabel(labels[0])
        drawn.ax.set_title(labels[1], loc="left", fontsize=9)
        drawn.ax.grid(axis="y", color="#eeeeee")
        ends = [(entry, float(np.clip(stairs[entry.cell.id][1][-1], 0, 1))) for entry in shown[:COLOURED]]
        name_lines(drawn.ax, ends, drawn)
    return drawn.svg
