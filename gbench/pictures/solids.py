"""Voxels as solids, seen from a corner: an isometric view with three shades."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn.functional import max_pool3d

from gbench.pictures.sheets import DOT, LINE, PAPER, TILES, Bytes, tiled

MAX_EDGE = 32  # voxels along each edge; if there are more, neighbours are drawn as one
VIEW_SIZE = 64  # width and height of a view, about and at least; in pixels
SHADES = {"top": 0.35, "left": 0.0, "right": -0.35}  # of the three faces: towards white, or towards black
HAZE = 0.3  # share of paper in the colour of the farthest voxel

#: Which voxels are solid, [N, X, Y, Z].
Solid = NDArray[np.bool_]

#: Whole coordinates of voxels or of pixels, a row each.
Coordinates = NDArray[np.intp]


def solid_grid(voxels: Tensor) -> Image.Image:
    """The first 64 of voxels [N, C, D, H, W], eight a row, each above the floor of its cube.

    A voxel is solid where its first channel is above 0; NaN is empty. The first axis runs to the right and
    the second to the left, both towards the eye; the third runs up.
    """
    density = voxels[: TILES**2, :1].detach().cpu().float().nan_to_num(0.0)
    pooled = max_pool3d(density, -(-max(density.shape[2:]) // MAX_EDGE), ceil_mode=True)
    return tiled(view(pooled[:, 0].numpy() > 0))


def view(solid: Solid) -> Bytes:
    """Solids [N, X, Y, Z] as images [N, H, W, 3], painted from the farthest voxel to the nearest."""
    x, y, z = solid.shape[1:]
    half = max(2, 2 * round(VIEW_SIZE / (x + y) / 2))  # half the width of a voxel on the canvas; even
    canvas = np.empty((len(solid), half // 2 * (x + y) + half * z, half * (x + y), 3), np.float32)
    canvas[:] = PAPER
    faces = stamps(half)
    floor = np.argwhere(np.ones((len(solid), x, y, 1), bool)) - np.array([0, 0, 0, 1])
    stamp(canvas, floor, faces["top"], LINE, solid.shape[1:])
    seen = np.argwhere(visible(solid))
    depth = seen[:, 1:].sum(1)  # voxels of one depth do not hide each other
    for level in np.unique(depth):
        haze = HAZE * (1 - level / (x + y + z - 3 or 1))
        for face, shade in SHADES.items():
            colour = (1 - haze) * shaded(shade) + haze * PAPER
            stamp(canvas, seen[depth == level], faces[face], colour, solid.shape[1:])
    return canvas.round().astype(np.uint8)


def visible(solid: Solid) -> Solid:
    """The solid voxels that are not behind three others."""
    hidden = np.zeros_like(solid)
    hidden[:, :-1, :-1, :-1] = solid[:, 1:, :-1, :-1] & solid[:, :-1, 1:, :-1] & solid[:, :-1, :-1, 1:]
    return solid & ~hidden


def stamps(half: int) -> dict[str, Coordinates]:
    """Pixels (row, column) [K, 2] of the three faces of a voxel, which is twice `half` wide and high."""
    rows, columns = np.mgrid[: 2 * half, : 2 * half] + 0.5
    slope = np.abs(columns - half) / 2
    top = (rows > slope) & (rows < half - slope)
    side = (rows > half - slope) & (rows < 2 * half - slope)
    left = columns < half
    return {"top": np.argwhere(top), "left": np.argwhere(side & left), "right": np.argwhere(side & ~left)}


def stamp(
    canvas: NDArray[np.float32],
    voxels: Coordinates,
    face: Coordinates,
    colour: NDArray[np.float32],
    size: tuple[int, ...],
) -> None:
    """Paints a face of voxels (n, x, y, z) [K, 4] onto images [N, H, W, 3], in place.

    `size` is the number of voxels along x, y and z, which says where on the canvas a voxel lies.
    """
    half = canvas.shape[2] // (size[0] + size[1])
    number, x, y, z = voxels.T[..., None]
    rows = half // 2 * (x + y) + half * (size[2] - 1 - z) + face[:, 0]
    columns = half * (x - y + size[1] - 1) + face[:, 1]
    canvas[number, rows, columns] = colour


def shaded(shade: float) -> NDArray[np.float32]:
    """The colour of dots, mixed with white, or with black if the shade is negative."""
    return (1 - abs(shade)) * DOT + abs(shade) * np.float32(255 * (shade > 0))
