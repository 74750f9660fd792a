"""Sizes of images that are doubled until they are as large as the data's."""

from gbench.api import UserError

SMALLEST = 4  # pixels along the shorter side of the lowest level, at least


def doubling_sizes(shape: tuple[int, ...], model: str, wanted: int = SMALLEST) -> list[tuple[int, int]]:
    """Sizes from the lowest level up, each twice the one before; `UserError` if there would be only one.

    wanted: pixels along the shorter side of the lowest level, if that leaves two levels.

    >>> doubling_sizes((1, 28, 28), "progressive")
    [(7, 7), (14, 14), (28, 28)]
    >>> doubling_sizes((3, 32, 32), "began", wanted=8)
    [(8, 8), (16, 16), (32, 32)]
    """
    sizes = [(shape[1], shape[2])] if len(shape) == 3 else []
    while sizes and _halves(sizes[0], wanted if len(sizes) > 1 else SMALLEST):
        sizes.insert(0, (sizes[0][0] // 2, sizes[0][1] // 2))
    if len(sizes) < 2:
        size = "×".join(map(str, shape))
        raise UserError(
            f"model {model} makes images of even height and width, at least 8×8 pixels, not {size}"
        )
    return sizes


def _halves(size: tuple[int, int], smallest: int) -> bool:
    return min(size) >= 2 * smallest and size[0] % 2 == size[1] % 2 == 0
