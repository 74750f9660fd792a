"""Plain lines, one a technique: the expected best of k trials."""

from collections.abc import Mapping, Sequence

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


def draw_lines(
    name: str,
    entries: Sequence[Entry],
    lines: Mapping[str, Floats],
    labels: tuple[str, str],
    colours: dict[str, str],
) -> str:
    """`lines`: label -> value at 1, 2, ... ; what is infinite is not drawn."""
    shown = [entry for entry in entries[:DRAWN] if np.isfinite(lines.get(entry.label, np.empty(0))).any()]
    if not shown:
        return ""
    with canvas(name, colours, right=room_for([entry.label for entry in shown[:COLOURED]], NAME)) as drawn:
        for place, entry in reversed(list(enumerate(shown))):
            values = np.where(np.isfinite(lines[entry.label]), lines[entry.label], np.nan)
            colour = drawn.colour(entry) if place < COLOURED else GREY
            drawn.mark(entry, drawn.ax.plot(np.arange(1, values.size + 1), values, ".-", color=colour))
        pick_scale(drawn.ax, np.concatenate([lines[entry.label] for entry in shown]))
        drawn.ax.set_xlabel(labels[0])
        drawn.ax.set_title(labels[1], loc="left", fontsize=9)
        drawn.ax.grid(axis="y", color="#eeeeee")
        ends = [
            (entry, float(values[np.isfinite(values)][-1]))
            for entry in shown[:COLOURED]
            for values in (lines[entry.label],)
        ]
        name_lines(drawn.ax, ends, drawn)
    return drawn.svg
