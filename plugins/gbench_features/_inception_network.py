"""Inception-v3 of 2015-12-05, layer for layer as in the published file."""

from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gbench_features._inception_blocks import (
    Convolution,
    average_pool,
    max_pool,
    mixed_5,
    mixed_6,
    mixed_6a,
    mixed_7,
    mixed_7a,
)

SIDE = 299  # pixels of the images that it was trained on


def inception() -> nn.Sequential:
    """Images [N, 3, 299, 299] to features [N, 2048], and with the last layer to logits [N, 1008]."""
    return nn.Sequential(
        OrderedDict(
            Conv2d_1a_3x3=Convolution(3, 32, 3, stride=2, padding="none"),
            Conv2d_2a_3x3=Convolution(32, 32, 3, padding="none"),
            Conv2d_2b_3x3=Convolution(32, 64, 3),
            MaxPool_1=nn.MaxPool2d(3, stride=2),
            Conv2d_3b_1x1=Convolution(64, 80, 1),
            Conv2d_4a_3x3=Convolution(80, 192, 3, padding="none"),
            MaxPool_2=nn.MaxPool2d(3, stride=2),
            Mixed_5b=mixed_5(192, pool_width=32),
            Mixed_5c=mixed_5(256, pool_width=64),
            Mixed_5d=mixed_5(288, pool_width=64),
            Mixed_6a=mixed_6a(288),
            Mixed_6b=mixed_6(768, width=128),
            Mixed_6c=mixed_6(768, width=160),
            Mixed_6d=mixed_6(768, width=160),
            Mixed_6e=mixed_6(768, width=192),
            Mixed_7a=mixed_7a(768),
            Mixed_7b=mixed_7(1280, average_pool),
            Mixed_7c=mixed_7(2048, max_pool),
            AvgPool=nn.AdaptiveAvgPool2d(1),
            Flatten=nn.Flatten(),
            fc=nn.Linear(2048, 1008),
        )
    )


def empty_inception() -> nn.Sequential:
    """The network without memory for its numbers, which a state dictionary brings."""
    with torch.device("meta"):
        return inception()


def bytes_of(images: Tensor) -> Tensor:
    """Images in [-1, 1] as the whole numbers 0..255 that a file would hold, in float32."""
    return (127.5 * images.float() + 128).clamp(0, 255).floor()


def resized(images: Tensor, side: int = SIDE) -> Tensor:
    """Images [N, C, H, W] at side×side, bilinearly as TensorFlow 1 does with align_corners false.

    Pixel i of the output lies at i · H / side of the input: no half-pixel centres, and no smoothing.
    """
    low, high, weight = positions(images.shape[3], side, images)
    images = images[..., low] + (images[..., high] - images[..., low]) * weight
    low, high, weight = positions(images.shape[2], side, images)
    above, below = images[..., low, :], images[..., high, :]
    return above + (below - above) * weight[:, None]


def positions(length: int, side: int, like: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """For each output pixel [side]: the input pixels at its two sides, and the weight of the second."""
    where = torch.arange(side, dtype=like.dtype, device=like.device) * torch.tensor(length / side).to(like)
    low = where.long()
    return low, (low + 1).clamp(max=length - 1), where - low


def normalised(images: Tensor) -> Tensor:
    """0..255 to [-1, 1), as in the graph of the network: 255 is 0.9921875."""
    return (images - 128) / 128


def logits(network: nn.Sequential, features: Tensor) -> Tensor:
    """[N, 1008] of features [N, 2048], without the bias, which the inception score leaves out."""
    return F.linear(features, network.get_parameter("fc.weight"))
