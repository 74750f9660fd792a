"""Sequences as small line plots."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor

from gbench.pictures.sheets import DOT, LINE, PAPER, RING, TILES, Bytes, tiled

WIDTH, HEIGHT = 96, 49  # of a plot in pixels; an odd height has a middle row
REACH = 1.2  # the vertical axis runs from minus this to plus this
OVERSAMPLING = 4  # plots are drawn at this multiple of their size and then made smaller, which smooths lines
THICKNESS = 6  # of a line in pixels, before that
COLOURS = (DOT, RING)  # of the channels, in turn

Floats = NDArray[np.float32]


def line_grid(sequences: Tensor) -> Image.Image:
    """The first 64 of sequences [N, C, T], eight a row, a line for each channel.

    The axis runs from −1.2 to 1.2, whatever the samples are. A value outside is drawn at the border; NaN is
    not drawn.
    """
    values = sequences[: TILES**2].detach().cpu().float().numpy()
    plots = np.array([plot(value) for value in values], np.uint8)
    return tiled(plots.reshape(-1, HEIGHT, WIDTH, 3))


def plot(values: Floats) -> Bytes:
    """One sequence [C, T] as an image [HEIGHT, WIDTH, 3]."""
    width, middle = OVERSAMPLING * WIDTH, OVERSAMPLING * HEIGHT / 2
    image = Image.new("RGB", (width, OVERSAMPLING * HEIGHT), ink(PAPER))
    draw = ImageDraw.Draw(image)
    draw.rectangle([(0, middle - OVERSAMPLING / 2), (width, middle + OVERSAMPLING / 2 - 1)], ink(LINE))
    columns = (np.arange(values.shape[1]) + 0.5) * (width / values.shape[1])
    for channel, heights in enumerate(values):
        rows = middle * (1 - heights.clip(-REACH, REACH) / REACH)
        for piece in pieces(np.stack([columns, rows], 1)):
            draw.line(piece.ravel().tolist(), ink(COLOURS[channel % len(COLOURS)]), THICKNESS, "curve")
    return np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.BOX))


def pieces(points: Floats) -> list[Floats]:
    """Runs of two or more finite points among points (column, row) [T, 2], as [n, 2] each."""
    gaps = np.flatnonzero(~np.isfinite(points).all(1))
    runs = np.split(points, np.unique([*gaps, *(gaps + 1)]).astype(int))
    return [run for run in runs if len(run) > 1]


def ink(colour: Floats) -> tuple[int, int, int]:
    """A colour as Pillow expects it."""
    red, green, blue = colour.round().astype(int).tolist()
    return red, green, blue
