"""Pictures of a replica's samples: a sheet of images, voxels or sequences, or points in the plane."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from gbench.data.density import Density
from gbench.pictures.sequences import line_grid
from gbench.pictures.sheets import DOT, LINE, PAPER, RING, TILES, tiled
from gbench.pictures.solids import solid_grid

SHEET_WIDTH = 320  # of a sheet, at least; in pixels
PLOT_SIZE = 360  # width and height of a scatter plot, in pixels

DOT_OPACITY = 0.35
RING_RADIUS = 7.0  # in pixels

Floats = NDArray[np.float32]


def picture(samples: Tensor, density: Density | None) -> Image.Image | None:
    """A picture of samples [N, ...]; None of vectors that are not points in the plane of a known density."""
    grids = {3: line_grid, 4: sample_grid, 5: solid_grid}
    if samples.dim() in grids:
        return grids[samples.dim()](samples)
    if density is not None and samples.shape[1:] == (2,):
        return scatter(samples, density)
    return None


def sample_grid(images: Tensor) -> Image.Image:
    """The first 64 of images [N, C, H, W] in [-1, 1], eight a row, enlarged by a whole factor.

    Three channels are red, green and blue; of any other number the first is shown in grey. NaN is grey.
    """
    tiles = images[: TILES**2].detach().cpu().float().nan_to_num(0.0).clamp(-1, 1)
    tiles = tiles if tiles.shape[1] == 3 else tiles[:, :1]
    pixels = ((tiles + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    factor = math.ceil(SHEET_WIDTH / (TILES * pixels.shape[2]))
    pixels = pixels.repeat(factor, axis=1).repeat(factor, axis=2)
    return tiled(pixels)


def scatter(points: Tensor, density: Density) -> Image.Image:
    """Points [N, 2] as translucent dots and the density's centres as rings, on axes that the density fixes.

    A point outside is drawn at the nearest place of the border; NaN is not drawn.
    """
    canvas = np.broadcast_to(PAPER, (PLOT_SIZE, PLOT_SIZE, 3)).copy()
    middle, reach = window(density)
    column, row = to_pixels(np.zeros((1, 2), np.float32), middle, reach)[0].round().astype(int)
    canvas[min(max(row, 0), PLOT_SIZE - 1), :] = LINE
    canvas[:, min(max(column, 0), PLOT_SIZE - 1)] = LINE
    centres = to_pixels(density.centers.detach().cpu().float().numpy(), middle, reach)
    blend(canvas, rings(centres), RING)
    finite = points[points.isfinite().all(1)].detach().cpu().float().numpy()
    blend(canvas, dots(to_pixels(finite, middle, reach)), DOT)
    return Image.fromarray(canvas.round().astype(np.uint8))


def window(density: Density) -> tuple[Floats, float]:
    """Middle [2] and half the width of a square that holds all modes, with a margin."""
    centres = density.centers.detach().cpu().float().numpy()
    low, high = centres.min(0), centres.max(0)
    half = float((high - low).max()) / 2
    return (low + high) / 2, 1.25 * half + 4 * density.std


def to_pixels(points: Floats, middle: Floats, reach: float) -> Floats:
    """Points [N, 2] as columns and rows of pixels, clipped to the plot."""
    flip = np.array([1, -1], np.float32)  # rows count downwards
    return ((points - middle) / reach * flip + 1).clip(0, 2) * np.float32((PLOT_SIZE - 1) / 2)


def rings(centres: Floats) -> Floats:
    """Opacity [PLOT_SIZE, PLOT_SIZE] of smooth circles around pixels [K, 2]."""
    opacity = np.zeros((PLOT_SIZE, PLOT_SIZE), np.float32)
    for column, row in centres:
        top, left = max(int(row - RING_RADIUS) - 2, 0), max(int(column - RING_RADIUS) - 2, 0)
        patch = opacity[top : top + 2 * int(RING_RADIUS) + 6, left : left + 2 * int(RING_RADIUS) + 6]
        rows, columns = np.ogrid[: patch.shape[0], : patch.shape[1]]
        distance = np.hypot(rows + top - row, columns + left - column)
        np.maximum(patch, (1.4 - np.abs(distance - RING_RADIUS)).clip(0, 1), out=patch)
    return opacity


def dots(centres: Floats) -> Floats:
    """Opacity [PLOT_SIZE, PLOT_SIZE] of discs 3 pixels wide; where n overlap, 1 − (1 − DOT_OPACITY)ⁿ."""
    stamp = np.array([(0, 0), (0, 1), (1, 0), (0, -1), (-1, 0)])
    inside = centres.round().astype(np.int64).clip(1, PLOT_SIZE - 2)[:, None] + stamp
    pixels = (inside[..., 1] * PLOT_SIZE + inside[..., 0]).ravel()
    count = np.bincount(pixels, minlength=PLOT_SIZE * PLOT_SIZE).reshape(PLOT_SIZE, PLOT_SIZE)
    return (1 - (1 - DOT_OPACITY) ** count).astype(np.float32)


def blend(canvas: Floats, opacity: Floats, colour: Floats) -> None:
    """Lays a colour over the canvas, in place, with this opacity."""
    drawn = opacity.nonzero()
    canvas[drawn] += opacity[drawn][:, None] * (colour - canvas[drawn])
