"""Plots as pictures."""

from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

BLUE, RED, GREY, PAPER = "#1f57a4", "#d64541", "#8a8a88", "#fafaf8"
PIXELS = 100  # for each inch
STYLE: dict[Any, Any] = {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False}


def figure(width: float = 4.8, height: float = 3.6, rows: int = 1) -> tuple[Figure, list[Axes]]:
    """A figure of `width` and `height` inches, with `rows` plots one below the other."""
    with matplotlib.rc_context(STYLE):
        made = Figure((width, height), dpi=PIXELS, layout="constrained")
        FigureCanvasAgg(made)
        return made, [made.add_subplot(rows, 1, row + 1, facecolor=PAPER) for row in range(rows)]


def image(made: Figure) -> Image.Image:
    """The figure as an image."""
    with matplotlib.rc_context(STYLE):
        canvas = made.canvas
        assert isinstance(canvas, FigureCanvasAgg)
        canvas.draw()
        return Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy())


def bars(generated: Sequence[float], real: Sequence[float], names: Sequence[str], what: str) -> Image.Image:
    """Shares of generated samples as bars, and those of the data as marks."""
    made, [plot] = figure(max(4.8, min(12.0, 0.32 * len(names))))
    places = np.arange(len(names))
    plot.bar(places, generated, color=BLUE, width=0.7, label="generated")
    plot.scatter(places, real, marker="_", color=RED, s=180, linewidths=2, label="data", zorder=3)
    shown = places[:: max(1, -(-len(names) // 30))]
    plot.set_xticks(shown, [names[place] for place in shown])
    plot.set_xlabel(what)
    plot.set_ylabel("share of samples")
    plot.set_ylim(bottom=0)
    made.legend(loc="outside upper right", ncols=2, frameon=False)
    return image(made)
