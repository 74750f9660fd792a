"""Parts that several models are made of."""

from collections.abc import Callable
from typing import Literal, TypeVar

import torch
from torch import Tensor, nn

Norm = Literal["none", "batch", "layer"]
Downsampling = Literal["stride", "average-pool", "max-pool"]
Weighted = TypeVar("Weighted", bound=nn.Conv2d | nn.ConvTranspose2d | nn.Linear)


class Sigmoid(nn.Module):
    """2σ(x) − 1 = tanh(x / 2): a sigmoid whose range is that of the data, [−1, 1]."""

    def forward(self, x: Tensor) -> Tensor:
        return 2 * torch.sigmoid(x) - 1


class ToUnit(nn.Module):
    """From the data's range [−1, 1] back to the sigmoid's, [0, 1]."""

    def forward(self, x: Tensor) -> Tensor:
        return (x + 1) / 2


ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky-relu": lambda: nn.LeakyReLU(0.2),
    "gelu": nn.GELU,
    "elu": nn.ELU,
    "tanh": nn.Tanh,
}
OUTPUTS: dict[str, Callable[[], nn.Module]] = {"tanh": nn.Tanh, "sigmoid": Sigmoid, "linear": nn.Identity}


def intake(output: str) -> list[nn.Module]:
    """What comes before the discriminator's first layer: a sigmoid's pair works on [0, 1]."""
    return [ToUnit()] if output == "sigmoid" else []


def activation(kind: str, slope: float = 0.2) -> nn.Module:
    """A layer of `ACTIVATIONS`; slope: that of a leaky ReLU below zero."""
    return nn.LeakyReLU(slope) if kind == "leaky-relu" else ACTIVATIONS[kind]()


class Discriminator(nn.Module):
    """Raw scores `[B]` of samples: a linear head on features, which others may look at."""

    def __init__(self, features: nn.Module, head: nn.Module):
        super().__init__()
        self.features = features
        self.head = head

    def forward(self, samples: Tensor) -> Tensor:
        return self.head(self.features(samples)).squeeze(-1)


def norm(kind: str, width: int, image: bool) -> list[nn.Module]:
    """A normalisation layer for vectors `[B, width]` or images `[B, width, H, W]`; empty for `none`."""
    if kind == "batch":
        return [nn.BatchNorm2d(width) if image else nn.BatchNorm1d(width)]
    if kind == "layer":
        return [nn.GroupNorm(1, width) if image else nn.LayerNorm(width)]
    return []


class Transposed(nn.Module):
    """A transposed convolution from images of size `before` to exactly size `after`.

    What the kernel makes beyond that is cut off evenly, an odd row at the end, as TensorFlow's `same` does.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        before: tuple[int, int],
        after: tuple[int, int],
        kernel: int = 4,
        stride: int = 2,
        bias: bool = True,
    ):
        super().__init__()
        self.size = after
        excess = [(b - 1) * stride + kernel - a for b, a in zip(before, after, strict=True)]
        padding = (excess[0] // 2, excess[1] // 2)
        self.convolution = nn.ConvTranspose2d(inputs, outputs, kernel, stride, padding, bias=bias)

    def forward(self, images: Tensor) -> Tensor:
        return self.convolution(images)[..., : self.size[0], : self.size[1]]


def halving(
    inputs: int, outputs: int, kernel: int, how: Downsampling, padding: int | None = None
) -> list[nn.Module]:
    """A convolution to half the size, by its stride or by a pooling that follows it.

    padding: by default (kernel − 1) // 2, which halves exactly, odd sizes rounded down for even
    kernels and up for odd ones. Either way the size is the same, `halved`.
    """
    padding = (kernel - 1) // 2 if padding is None else padding
    if how == "stride":
        return [nn.Conv2d(inputs, outputs, kernel, stride=2, padding=padding)]
    return [nn.Conv2d(inputs, outputs, kernel, padding=padding), pooling(how)]


def halved(size: int, kernel: int, padding: int | None = None) -> int:
    """The size after `halving`.

    >>> halved(7, 4), halved(7, 5), halved(30, 4, padding=0)
    (3, 4, 14)
    """
    padding = (kernel - 1) // 2 if padding is None else padding
    return (size + 2 * padding - kernel) // 2 + 1


def pooling(how: Downsampling) -> nn.Module:
    """Pooling of 2×2 to half the size, rounded up."""
    return nn.MaxPool2d(2, ceil_mode=True) if how == "max-pool" else nn.AvgPool2d(2, ceil_mode=True)


def pyramid(height: int, width: int, levels: int) -> list[tuple[int, int]]:
    """Sizes from the image down, each half of the one before, rounded up.

    >>> pyramid(28, 28, 3)
    [(28, 28), (14, 14), (7, 7), (4, 4)]
    """
    sizes = [(height, width)]
    for _ in range(levels):
        sizes.append((-(-sizes[-1][0] // 2), -(-sizes[-1][1] // 2)))
    return sizes


def xavier(layer: Weighted, gain: float = 1.0) -> Weighted:
    """Glorot and Bengio 2010, eq. 16: U(−b, b) with b = gain · √(6 / (inputs + outputs)); biases zero."""
    nn.init.xavier_uniform_(layer.weight, gain)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class GlobalSum(nn.Module):
    """The sum over all pixels, `[B, C, H, W]` to `[B, C]`."""

    def forward(self, images: Tensor) -> Tensor:
        return images.sum((2, 3))
