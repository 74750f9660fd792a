"""The blocks of Inception-v3: convolutions with batch norm, side by side."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Pool = Callable[[Tensor], Tensor]
average_pool = partial(F.avg_pool2d, kernel_size=3, stride=1, padding=1, count_include_pad=False)
max_pool = partial(F.max_pool2d, kernel_size=3, stride=1, padding=1)
halving_pool = partial(F.max_pool2d, kernel_size=3, stride=2)


class Convolution(nn.Module):
    """Convolution without bias, batch norm with ε = 0.001, ReLU."""

    def __init__(
        self, channels: int, width: int, kernel: int | tuple[int, int], stride: int = 1, padding: str = "same"
    ):
        super().__init__()
        size = (kernel, kernel) if isinstance(kernel, int) else kernel
        margin = (size[0] // 2, size[1] // 2) if padding == "same" else 0
        self.conv = nn.Conv2d(channels, width, size, stride, margin, bias=False)
        self.bn = nn.BatchNorm2d(width, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(x)), inplace=True)


class Layer(NamedTuple):
    """A convolution of a branch by its name in the published file; with stride 2 it has no padding."""

    name: str
    width: int
    kernel: int | tuple[int, int] = 1
    stride: int = 1


Step = Layer | list[Layer]  # layers of a list see the same input, and their outputs are concatenated


class Mixed(nn.Module):
    """Branches of steps on one input, the last one a pooling branch; outputs are concatenated by channel."""

    def __init__(self, channels: int, branches: list[list[Step]], pool: Pool, pool_width: int = 0):
        super().__init__()
        self.pool = pool
        self.branches = [self._add_branch(channels, branch) for branch in branches]
        self.branch_pool = Convolution(channels, pool_width, 1) if pool_width else nn.Identity()

    def _add_branch(self, channels: int, branch: list[Step]) -> list[list[str]]:
        steps = [step if isinstance(step, list) else [step] for step in branch]
        for step in steps:
            for name, width, kernel, stride in step:
                padding = "same" if stride == 1 else "none"
                self.add_module(name, Convolution(channels, width, kernel, stride, padding))
            channels = sum(layer.width for layer in step)
        return [[layer.name for layer in step] for step in steps]

    def forward(self, x: Tensor) -> Tensor:
        outputs = [self._through(branch, x) for branch in self.branches]
        return torch.cat([*outputs, self.branch_pool(self.pool(x))], 1)

    def _through(self, branch: list[list[str]], x: Tensor) -> Tensor:
        for step in branch:
            outputs = [self.get_submodule(name)(x) for name in step]
            x = torch.cat(outputs, 1) if len(outputs) > 1 else outputs[0]
        return x


def mixed_5(channels: int, pool_width: int) -> Mixed:
    """35×35: 1×1, 5×5, two 3×3, average pool."""
    branches: list[list[Step]] = [
        [Layer("branch1x1", 64)],
        [Layer("branch5x5_1", 48), Layer("branch5x5_2", 64, 5)],
        [Layer("branch3x3dbl_1", 64), Layer("branch3x3dbl_2", 96, 3), Layer("branch3x3dbl_3", 96, 3)],
    ]
    return Mixed(channels, branches, average_pool, pool_width)


def mixed_6a(channels: int) -> Mixed:
    """35×35 to 17×17."""
    branches: list[list[Step]] = [
        [Layer("branch3x3", 384, 3, 2)],
        [Layer("branch3x3dbl_1", 64), Layer("branch3x3dbl_2", 96, 3), Layer("branch3x3dbl_3", 96, 3, 2)],
    ]
    return Mixed(channels, branches, halving_pool)


def mixed_6(channels: int, width: int) -> Mixed:
    """17×17: 1×1, one and two 7×7 in rows and columns, average pool."""
    row, column = (1, 7), (7, 1)
    branches: list[list[Step]] = [
        [Layer("branch1x1", 192)],
        [Layer("branch7x7_1", width), Layer("branch7x7_2", width, row), Layer("branch7x7_3", 192, column)],
        [
            Layer("branch7x7dbl_1", width),
            Layer("branch7x7dbl_2", width, column),
            Layer("branch7x7dbl_3", width, row),
            Layer("branch7x7dbl_4", width, column),
            Layer("branch7x7dbl_5", 192, row),
        ],
    ]
    return Mixed(channels, branches, average_pool, pool_width=192)


def mixed_7a(channels: int) -> Mixed:
    """17×17 to 8×8."""
    branches: list[list[Step]] = [
        [Layer("branch3x3_1", 192), Layer("branch3x3_2", 320, 3, 2)],
        [
            Layer("branch7x7x3_1", 192),
            Layer("branch7x7x3_2", 192, (1, 7)),
            Layer("branch7x7x3_3", 192, (7, 1)),
            Layer("branch7x7x3_4", 192, 3, 2),
        ],
    ]
    return Mixed(channels, branches, halving_pool)


def mixed_7(channels: int, pool: Pool) -> Mixed:
    """8×8: 1×1, and 3×3 split into a row beside a column; the pool is average in 7b and maximum in 7c."""

    def split(name: str) -> list[Layer]:
        return [Layer(f"{name}a", 384, (1, 3)), Layer(f"{name}b", 384, (3, 1))]

    branches: list[list[Step]] = [
        [Layer("branch1x1", 320)],
        [Layer("branch3x3_1", 384), split("branch3x3_2")],
        [Layer("branch3x3dbl_1", 448), Layer("branch3x3dbl_2", 384, 3), split("branch3x3dbl_3")],
    ]
    return Mixed(channels, branches, pool, pool_width=192)
