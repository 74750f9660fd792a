"""What all drawings share: paper, fonts, a technique's marks, and SVG that stands inside a page."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from gbench.report.numerals import significant
from gbench.report.study import Entry
from gbench.statistics.arrays import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT, TOP = 5.0, 3.2, 0.3  # inches
LETTER = 0.068  # inches, of a name's letters on average
NAME = 26  # letters of a name beside a line
COLOURED = 8  # techniques that a drawing of lines shows in colour, with their names; the others are grey
WIDE = 20  # a factor that asks for a logarithmic axis
DRAWN = 60  # techniques that are drawn at all
GREY = "#c4c4c4"
INK = "#333333"
DASHES = ("-", (0, (5, 1.5)), (0, (1, 1)))  # where colours repeat
STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#999999",
    "axes.labelcolor": INK,
    "xtick.color": "#666666",
    "ytick.color": "#666666",
    "axes.axisbelow": True,
    "axes.formatter.useoffset": False,
    "axes.unicode_minus": True,
}
MARK = re.compile(r'<g id="technique~([0-9]+)~[0-9]+">')


class Canvas:
    """A figure in the making. `colours`: of all the study's techniques, so that they agree everywhere."""

    def __init__(self, figure: "Figure", ax: "Axes", colours: dict[str, str]):
        self.figure = figure
        self.ax = ax
        self.colours = colours
        self.labels = sorted(colours)
        self._marks = 0
        self.svg = ""

    def mark(self, entry: Entry, artists: Iterable[Any]) -> None:
        """Name drawn things after a technique, which the page highlights."""
        for artist in artists:
            self._marks += 1
            artist.set_gid(f"technique~{self.labels.index(entry.label)}~{self._marks}")

    def colour(self, entry: Entry) -> str:
        return self.colours[entry.label]

    def dash(self, entry: Entry) -> Any:
        return DASHES[self.labels.index(entry.label) // 18 % len(DASHES)]


@contextmanager
def canvas(
    name: str,
    colours: dict[str, str],
    *,
    height: float = HEIGHT,
    left: float = 0.75,
    right: float = 0.2,
    bottom: float = 0.55,
) -> Iterator[Canvas]:
    """Axes to draw on, in margins of so many inches; afterwards `canvas.svg` holds the drawing.

    The margins are told, for finding them out takes matplotlib as long as drawing.
    """
    import matplotlib
    from matplotlib.figure import Figure

    style: Any = STYLE | {"svg.hashsalt": name}
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(WIDTH, height))
        across, up = 1 - (left + right) / WIDTH, 1 - (bottom + TOP) / height
        ax = figure.add_axes((left / WIDTH, bottom / height, across, up))
        drawn = Canvas(figure, ax, colours)
        yield drawn
        drawn.svg = _svg(figure, name, drawn.labels)


def _svg(figure: "Figure", name: str, labels: Sequence[str]) -> str:
    """The drawing alone, as wide as its place, every id its own in the page."""
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'<svg ([^>]*?)height="[^"]*" ([^>]*?)width="[^"]*"', r"<svg \1\2", text, count=1)
    text = re.sub(r'<svg ([^>]*?)width="[^"]*" ([^>]*?)height="[^"]*"', r"<svg \1\2", text, count=1)
    text = MARK.sub(lambda found: _technique(int(found[1]), labels), text)
    return re.sub(r' id="((?:figure|axes|patch|text|line2d|matplotlib|xtick|ytick)[^"]*)"', "", text)


def _technique(index: int, labels: Sequence[str]) -> str:
    return f'<g class="technique" data-technique="{index}"><title>{escape(labels[index])}</title>'


def pick_scale(ax: "Axes", values: Floats, axis: str = "y") -> None:
    """Logarithmic where that shows more; see `is_wide`."""
    if is_wide(values):
        getattr(ax, f"set_{axis}scale")("log")
        own = getattr(ax, f"{axis}axis")
        own.set_major_formatter(lambda value, _: significant(value))
        own.set_minor_formatter(lambda value, _: "")


def is_wide(values: Floats) -> bool:
    """Whether all finite values are positive and span more than a factor of `WIDE`."""
    finite = values[np.isfinite(values)]
    return bool(finite.size) and bool(finite.min() > 0) and bool(finite.max() > WIDE * finite.min())


def room_for(names: Sequence[str], longest: int = 34) -> float:
    """Inches that the longest of some names takes."""
    return 0.15 + LETTER * max((min(len(name), longest) for name in names), default=0)


def name_lines(ax: "Axes", ends: Sequence[tuple[Entry, float]], canvas: Canvas) -> None:
    """The techniques' names beside the right ends of their lines, moved apart where they would overlap."""
    if not ends:
        return
    scaled = ax.transScale.transform([(1.0, height) for _, height in ends])
    heights = np.asarray(ax.transLimits.transform(scaled))[:, 1]
    inches = ax.get_position().height * canvas.figure.get_figheight()
    apart = spread(heights, gap=0.16 / inches, top=1.0)
    for (entry, _), height in zip(ends, apart, strict=True):
        colour = canvas.colour(entry)
        text = ax.text(
            1.02, height, shortened(entry.label, NAME), transform=ax.transAxes, color=colour, va="center"
        )
        canvas.mark(entry, [text])


def spread(heights: Floats, gap: float, top: float) -> Floats:
    """Heights moved up or down until neighbours are `gap` apart, their order kept, centred on 0..top."""
    order = np.argsort(heights, kind="stable")
    placed = heights[order].astype(np.float64)
    for _ in range(200):
        short = gap - np.diff(placed)
        if (short <= 1e-6).all():
            break
        push = np.maximum(short, 0) / 2
        placed[1:] += push
        placed[:-1] -= push
        placed += max(0.0, -placed[0])
        placed -= max(0.0, placed[-1] - top) if gap * placed.size <= top else 0.0
    result = np.empty_like(placed)
    result[order] = placed
    return result


def shortened(text: str, length: int = 34) -> str:
    """Without its middle, for a point of the grid stands at the end.

    >>> shortened("a-very-long-name[lr=1]", 13)
    'a-very…[lr=1]'
    """
    half = length // 2
    return text if len(text) <= length else f"{text[:half]}…{text[len(text) - (length - half - 1) :]}"
