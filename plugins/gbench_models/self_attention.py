"""SAGAN's residual networks: self-attention at a quarter of the image's size in both; any size from 8×8."""

from dataclasses import dataclass
from typing import ClassVar

from torch import nn

from gbench.api import Blueprint, option
from gbench_models import _attention
from gbench_models._parts import Discriminator, GlobalSum, pyramid, xavier
from gbench_models._residual import ResidualModel, conv3, residual_levels


@dataclass(kw_only=True)
class SelfAttention(ResidualModel):
    """Zhang et al.'s networks for 128×128, scaled to the image, without their classes.

    generator       dense to 16 × `width` × 4 × 4, blocks that double, with half the channels from level to
                    level down to `width` at the image's size, batch normalisation, ReLU, 3×3, tanh
    discriminator   blocks that halve to 4×4, from `width` to 16 × `width` channels, one block that keeps
                    the size, ReLU, sum over all pixels, dense

    Self-attention comes where the side is a quarter of the image's, 32 of 128 as in the paper's best
    network (table 1), and at the smallest size of images that are halved less than twice. Images are halved,
    rounded up, while the shorter side stays at least 4: 128 → 4, 28 → 7, 8 → 4.

    With attention switched off, this is a residual network of SNGAN's kind. The paper normalises both
    networks spectrally and conditions on ImageNet's classes; here the first is a regularizer, and
    the second is left out.
    """

    paper: ClassVar[str] = (
        "Zhang et al. 2019, Self-attention generative adversarial networks, arXiv:1805.08318"
    )

    width: int = option(64, "channels next to the image (Zhang et al. 2019, the authors' code)", ge=1)
    attention: bool = option(True, "whether there is self-attention; without, for comparison")

    def generator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        levels = residual_levels(shape)
        sizes = pyramid(shape[1], shape[2], levels)
        widths = [min(2**level, 16) * self.width for level in range(levels + 1)]
        layers: list[nn.Module] = [
            xavier(nn.Linear(self.latents, widths[-1] * sizes[-1][0] * sizes[-1][1])),
            nn.Unflatten(1, (widths[-1], *sizes[-1])),
        ]
        for level in range(levels - 1, -1, -1):
            layers += self._attention(widths[level + 1]) if level + 1 == min(levels, 2) else []
            layers.append(self.up(widths[level + 1], widths[level], sizes[level]))
        image = xavier(conv3(self.width, shape[0]))
        return nn.Sequential(*layers, *self.generator_tail(self.width), image, self.outlet())

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        levels, channels = residual_levels(shape), shape[0]
        layers = self.intake()
        for level in range(levels):
            out = min(2**level, 16) * self.discriminator_channels()
            layers.append(self.down(channels, out, first=level == 0))
            layers += self._attention(out) if level + 1 == min(levels, 2) else []
            channels = out
        layers += [self.down(channels, channels, kept=True), *self.discriminator_tail(channels), GlobalSum()]
        return Discriminator(nn.Sequential(*layers), xavier(nn.Linear(channels, 1)))

    def _attention(self, channels: int) -> list[nn.Module]:
        return [_attention.SelfAttention(channels)] if self.attention else []
