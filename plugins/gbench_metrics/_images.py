"""What metrics of images share: the range of a screen, lightness, and chunks of bounded size."""

from collections.abc import Callable

import torch
from torch import Tensor

CHUNK = 500  # images that are processed together
LUMA = (0.299, 0.587, 0.114)  # weights of red, green and blue (ITU-R BT.601)


def shown(images: Tensor) -> Tensor:
    """Images in [-1, 1] as a screen shows them: in [0, 1], where values outside are clipped."""
    return ((images + 1) / 2).clamp(0, 1)


def lightness(images: Tensor) -> Tensor:
    """Images [N, C, H, W] in grey, [N, H, W] in float64: luma of three channels, the mean of others."""
    light = shown(images.double())
    if light.shape[1] != len(LUMA):
        return light.mean(1)
    return (light * light.new_tensor(LUMA)[:, None, None]).sum(1)


def each(statistic: Callable[[Tensor], Tensor], images: Tensor) -> Tensor:
    """A statistic [N, ...] of images [N, C, H, W], computed for a chunk of images at a time."""
    return torch.cat([statistic(part) for part in images.split(CHUNK)])
