"""Networks from images to images, and from vectors to vectors, for models of images."""

from itertools import pairwise

from torch import Tensor, nn

from gbench.api import Blueprint, UserError
from gbench_models._parts import Discriminator, Transposed, activation, pyramid

UNITS = 128  # of the hidden layers of networks on vectors (a choice)


class ResidualBlock(nn.Module):
    """x ↦ x + conv(act(norm(conv(x)))), of one size (Johnson et al. 2016, as in CycleGAN)."""

    def __init__(self, channels: int):
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.GroupNorm(channels, channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.GroupNorm(channels, channels),
        )

    def forward(self, images: Tensor) -> Tensor:
        return images + self.branch(images)


def residual_translator(
    blueprint: Blueprint, width: int, blocks: int, halvings: int, output: nn.Module
) -> nn.Module:
    """CycleGAN's generator: halvings, residual blocks, doublings, all of 3×3 convolutions.

    With no halving each pixel of the output depends on a small neighbourhood of the input, which is what
    makes a translator find the map that changes least. Instance normalisation is a `GroupNorm` with a group a
    channel, which is the same under vmap and in a loop.
    """
    before, after = check_sizes(blueprint)
    sizes = pyramid(*after, halvings)
    widths = [width * 2**level for level in range(halvings + 1)]
    layers: list[nn.Module] = [nn.Conv2d(before, widths[0], 3, padding=1), nn.ReLU()]
    for narrow, wide in pairwise(widths):
        layers += [nn.Conv2d(narrow, wide, 3, 2, 1), nn.GroupNorm(wide, wide), nn.ReLU()]
    layers += [ResidualBlock(widths[-1]) for _ in range(blocks)]
    for level in reversed(range(halvings)):
        layers += [
            Transposed(widths[level + 1], widths[level], sizes[level + 1], sizes[level]),
            nn.GroupNorm(widths[level], widths[level]),
            nn.ReLU(),
        ]
    return nn.Sequential(*layers, nn.Conv2d(widths[0], blueprint.shape[0], 3, padding=1), output)


def bottleneck_translator(
    blueprint: Blueprint, width: int, kernel: int, levels: int, output: nn.Module
) -> nn.Module:
    """An encoder of strided convolutions and a decoder of transposed ones, with no way around them."""
    before, after = check_sizes(blueprint)
    sizes = pyramid(*after, levels)
    widths = [min(2**level, 8) * width for level in range(levels)]
    layers: list[nn.Module] = []
    for channels, (inputs, outputs) in enumerate(pairwise([before, *widths])):
        layers += [
            nn.Conv2d(inputs, outputs, 3, stride=2, padding=1),
            *([nn.GroupNorm(outputs, outputs)] if channels and min(sizes[channels + 1]) > 1 else []),
            activation("leaky-relu"),
        ]
    for level in reversed(range(levels)):
        outputs = widths[level - 1] if level else width
        layers += [
            Transposed(widths[level], outputs, sizes[level + 1], sizes[level], kernel),
            nn.GroupNorm(outputs, outputs),
            nn.ReLU(),
        ]
    return nn.Sequential(*layers, nn.Conv2d(width, blueprint.shape[0], 3, padding=1), output)


def check_sizes(blueprint: Blueprint) -> tuple[int, tuple[int, int]]:
    """Channels of the source, and height and width, which both sides must share. Raises UserError."""
    source = blueprint.source or blueprint.shape
    if source[1:] != blueprint.shape[1:]:
        sizes = ["×".join(map(str, shape)) for shape in (source, blueprint.shape)]
        raise UserError(
            f"a translator of images keeps their size, not {sizes[0]} to {sizes[1]}; use model mlp"
        )
    return source[0], (blueprint.shape[1], blueprint.shape[2])


def dense(inputs: int, outputs: int) -> nn.Sequential:
    """Two hidden layers and a linear one: `[B, inputs]` to `[B, outputs]`."""
    return nn.Sequential(*dense_trunk(inputs), nn.Linear(UNITS, outputs))


def dense_discriminator(inputs: int) -> Discriminator:
    """Scores `[B]` of vectors `[B, inputs]`."""
    return Discriminator(dense_trunk(inputs), nn.Linear(UNITS, 1))


def dense_trunk(inputs: int) -> nn.Sequential:
    sizes = [inputs, UNITS, UNITS]
    layers = [part for pair in pairwise(sizes) for part in (nn.Linear(*pair), activation("leaky-relu"))]
    return nn.Sequential(*layers)
