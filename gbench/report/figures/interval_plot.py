"""The ranking: a dot for the median over seeds, a line for its 95 % interval, small dots for the seeds."""

import numpy as np

from gbench.report.figures.canvas import DRAWN, GREY, INK, Canvas, canvas, pick_scale, room_for, shortened
from gbench.report.study import Entry
from gbench.statistics.arrays import Floats


def draw_intervals(name: str, entries: list[Entry], key: str, arrow: str, colours: dict[str, str]) -> str:
    """Entries best first, from top to bottom. Hollow dots fail; what has no score lies at the worse edge."""
    shown = entries[:DRAWN]
    left = room_for([entry.title for entry in shown])
    with canvas(name, colours, height=0.9 + 0.23 * len(shown), left=left) as drawn:
        ax = drawn.ax
        values = np.concatenate([entry.score(key).filled(entry.last(key)) for entry in shown])
        pick_scale(ax, values, "x")
        low, high = _edges(values, ax.get_xscale() == "log")
        for place, entry in enumerate(shown):
            _draw(drawn, entry, key, place, (low, high))
        _finish(drawn, shown, entries[0].cell.thresholds.get(key), arrow, (low, high))
        if not np.isfinite(values).all():
            edge = high if shown[0].score(key).sign > 0 else low
            ax.axvline(edge, color=GREY, linewidth=0.8, linestyle=":")
            ax.text(edge, -0.9, "∞" if edge == high else "−∞", ha="center", va="center", color="#666666")
    return drawn.svg


def _edges(values: Floats, logarithmic: bool) -> tuple[float, float]:
    """Where the axis ends, with room for what is infinite."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if logarithmic:
        room = max(high / low, 1.5) ** 0.06
        return low / room, high * room
    room = 0.06 * (high - low or abs(high) or 1.0)
    return low - room, high + room


def _draw(drawn: Canvas, entry: Entry, key: str, place: int, edges: tuple[float, float]) -> None:
    statistics, colour = entry.summary.statistics, drawn.colour(entry)
    seeds = np.clip(entry.score(key).filled(entry.last(key)), *edges)
    middle, low, high = np.clip([statistics[f"{name}/{key}"] for name in ("median", "low", "high")], *edges)
    line = drawn.ax.plot([low, high], [place, place], color=colour, linewidth=2, solid_capstyle="butt")
    dots = drawn.ax.plot(
        seeds, np.full(seeds.size, place + 0.3), ".", color=colour, alpha=0.6, markersize=4, markeredgewidth=0
    )
    face = "white" if entry.fails else colour
    middle_dot = drawn.ax.plot(
        [middle], [place], "o", color=colour, markerfacecolor=face, markersize=6.5, markeredgewidth=1.6
    )
    drawn.mark(entry, [*line, *dots, *middle_dot])


def _finish(
    drawn: Canvas, shown: list[Entry], threshold: float | None, arrow: str, edges: tuple[float, float]
) -> None:
    ax = drawn.ax
    ax.set_yticks(range(len(shown)), [shortened(entry.title) for entry in shown], color=INK)
    for entry, label in zip(shown, ax.get_yticklabels(), strict=True):
        drawn.mark(entry, [label])
    ax.set_ylim(len(shown) - 0.4, -0.6)
    ax.set_xlim(*edges)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#eeeeee")
    ax.set_xlabel(f"{arrow}, last measurement")
    if threshold is not None and edges[0] <= threshold <= edges[1]:
        ax.axvline(threshold, color="#666666", linewidth=0.9, linestyle="--")
