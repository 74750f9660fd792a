"""What all pictures share: their colours, and sheets of tiles."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

TILES = 8  # rows and columns of a sheet
GAP = 2  # pixels between the tiles of a sheet

# Colours: red, green, blue in 0..255.
PAPER = np.array([250, 250, 248], np.float32)
LINE = np.array([226, 226, 224], np.float32)
RING = np.array([214, 69, 65], np.float32)
DOT = np.array([31, 87, 164], np.float32)

Bytes = NDArray[np.uint8]


def tiled(tiles: Bytes) -> Image.Image:
    """Tiles [N, H, W, 1 or 3], N ≤ 64, eight a row on white; what is left of the sheet stays white."""
    height, width = tiles.shape[1] + GAP, tiles.shape[2] + GAP
    sheet = np.full((TILES * height - GAP, TILES * width - GAP, tiles.shape[3]), 255, np.uint8)
    for index, tile in enumerate(tiles):
        top, left = index // TILES * height, index % TILES * width
        sheet[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    return Image.fromarray(sheet.squeeze(-1) if sheet.shape[2] == 1 else sheet)
