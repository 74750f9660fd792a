"""Lines over the steps of training: the median over seeds in a band from quartile to quartile."""

from collections.abc import Callable, Mapping

import numpy as np

from gbench.report.figures.canvas import (
    COLOURED,
    DRAWN,
    GREY,
    NAME,
    Canvas,
    canvas,
    name_lines,
    pick_scale,
    room_for,
)
from gbench.report.study import Entry
from gbench.statistics.arrays import Floats
from gbench.statistics.curves import Curves
from gbench.statistics.quantiles import quantile

CurvesOf = Callable[[Entry], Curves | None]
QUARTILES = (0.25, 0.5, 0.75)


def draw_bands(
    name: str,
    entries: list[Entry],
    curves_of: CurvesOf,
    label: str,
    colours: dict[str, str],
    threshold: float | None = None,
) -> str:
    """The first few entries in colour, the others grey behind them; infinite values lie on the worse edge.

    The text is empty where no entry has such a curve.
    """
    bands = {entry.cell.id: _band(curves) for entry in entries[:DRAWN] if (curves := curves_of(entry))}
    if not bands or not np.isfinite(np.concatenate([band.ravel() for _, band in bands.values()])).any():
        return ""
    coloured = [entry for entry in entries if entry.cell.id in bands][:COLOURED]
    with canvas(name, colours, right=room_for([entry.label for entry in coloured], NAME)) as drawn:
        middles = np.concatenate([band[1] for _, band in bands.values()])
        pick_scale(drawn.ax, middles)
        _limit(drawn, bands)
        for entry in reversed(entries[:DRAWN]):
            if entry.cell.id in bands:
                _draw(drawn, entry, *bands[entry.cell.id], coloured=entry in coloured)
        drawn.ax.set_xlabel("step")
        drawn.ax.set_title(label, loc="left", fontsize=9)
        drawn.ax.grid(axis="y", color="#eeeeee")
        if threshold is not None:
            drawn.ax.axhline(threshold, color="#666666", linewidth=0.9, linestyle="--")
        edges = drawn.ax.get_ylim()
        ends = [(entry, float(np.clip(bands[entry.cell.id][1][1][-1], *edges))) for entry in coloured]
        name_lines(drawn.ax, ends, drawn)
    return drawn.svg


def _band(curves: Curves) -> tuple[Floats, Floats]:
    """Steps, and the quartiles `[3, M]`; a value that does not exist is the caller's floor by now."""
    return curves.steps, np.array([quantile(curves.values.T, q) for q in QUARTILES])


def _limit(drawn: Canvas, bands: Mapping[str, tuple[Floats, Floats]]) -> None:
    """The axis holds every finite median, and all of a band that is no more than a little outside."""
    logarithmic = drawn.ax.get_yscale() == "log"
    middles = np.concatenate([band[1] for _, band in bands.values()])
    finite = middles[np.isfinite(middles)]
    if not finite.size:
        return
    low, high = float(finite.min()), float(finite.max())
    if logarithmic:
        room = max(high / low, 2.0) ** 0.06
        drawn.ax.set_ylim(low / room, high * room)
    else:
        room = 0.06 * (high - low or abs(high) or 1.0)
        drawn.ax.set_ylim(low - room, high + room)


def _draw(drawn: Canvas, entry: Entry, steps: Floats, band: Floats, *, coloured: bool) -> None:
    low, middle, high = np.clip(np.nan_to_num(band, nan=np.nan, posinf=1e300, neginf=-1e300), *_edges(drawn))
    colour = drawn.colour(entry) if coloured else GREY
    line = drawn.ax.plot(
        steps,
        middle,
        color=colour,
        linewidth=1.6 if coloured else 0.8,
        linestyle=drawn.dash(entry),
        marker="o" if steps.size == 1 else "",
        clip_on=False,
    )
    marked: list[object] = list(line)
    if coloured:
        marked.append(drawn.ax.fill_between(steps, low, high, color=colour, alpha=0.13, linewidth=0))
    drawn.mark(entry, marked)


def _edges(drawn: Canvas) -> tuple[float, float]:
    low, high = drawn.ax.get_ylim()
    return float(low), float(high)


def metric_curves(key: str) -> CurvesOf:
    """A metric's curves, with the worst possible value where a replica has none."""

    def of(entry: Entry) -> Curves | None:
        curves = entry.curves.get(key)
        if curves is None or not np.isfinite(curves.values).any():
            return None
        return Curves(curves.steps, entry.score(key).filled(curves.values))

    return of


def trace_curves(key: str) -> CurvesOf:
    """A trace; a diverged replica has none from there on, and is left out of the median."""

    def of(entry: Entry) -> Curves | None:
        curves = entry.traces.get(key)
        if curves is None:
            return None
        alive = np.isfinite(curves.values).all(axis=1)
        return Curves(curves.steps, curves.values[alive]) if alive.any() else None

    return of
