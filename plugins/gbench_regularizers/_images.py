"""Augmentations of images `[R, B, C, H, W]`, another one for each sample."""

import torch
from torch import Tensor

from gbench.api import Regularizer, Setting


def refuse_vectors(regularizer: Regularizer, setting: Setting) -> None:
    """`UserError` where the data are no images."""
    real = setting.data.get("real")
    if real is None or real.dim() != 4:
        raise regularizer.refuse("changes images; on other data, instance-noise does something like it")


def per_sample(values: Tensor) -> Tensor:
    """`[R, B] -> [R, B, 1, 1, 1]`."""
    return values[..., None, None, None]


def scale_from(centre: Tensor, images: Tensor, factor: Tensor) -> Tensor:
    """Makes the difference to a centre larger by a factor `[R, B]` for each sample."""
    return centre + (images - centre) * per_sample(factor)


def resample(images: Tensor, sources: Tensor) -> Tensor:
    """Bilinear values at `sources @ (x, y, 1)` for every pixel (x, y), reflected at the borders.

    sources: `[R, B, 3, 3]`; pixels are counted from the image's centre. Can be differentiated any
    number of times, which torch's `grid_sample` cannot.
    """
    height, width = images.shape[-2:]
    y, x = torch.meshgrid(_centred(height, images), _centred(width, images), indexing="ij")
    grid = torch.stack([x.flatten(), y.flatten(), torch.ones_like(x).flatten()])
    found = sources @ grid  # [R, B, 3, H·W]
    columns, rows = _neighbours(found[..., 0, :], width), _neighbours(found[..., 1, :], height)
    flat = images.flatten(-2)
    values = torch.zeros_like(flat)
    for row, row_share in rows:
        for column, column_share in columns:
            index = (row * width + column).unsqueeze(2).expand_as(flat)
            values = values + flat.gather(-1, index) * (row_share * column_share).unsqueeze(2)
    return values.view_as(images)


def _centred(size: int, like: Tensor) -> Tensor:
    return torch.arange(size, device=like.device, dtype=like.dtype) - (size - 1) / 2


def _neighbours(places: Tensor, size: int) -> list[tuple[Tensor, Tensor]]:
    """The two pixels next to each place along an axis, with their shares."""
    last = size - 1
    reflected = last - ((places + last / 2).abs() % (2 * last) - last).abs()
    lower = reflected.floor().clamp(max=last - 1)
    share = reflected - lower
    index = lower.long()
    return [(index, 1 - share), (index + 1, share)]
