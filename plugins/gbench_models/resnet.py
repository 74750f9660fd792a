"""SNGAN's residual networks: repeated pixels up, average pooling down, a global sum; any size from 8×8."""

from dataclasses import dataclass
from typing import ClassVar

from torch import nn

from gbench.api import Blueprint, option
from gbench_models._parts import Discriminator, GlobalSum, pyramid, xavier
from gbench_models._residual import ResidualModel, conv3, residual_levels
from gbench_models._translators import residual_translator


@dataclass(kw_only=True)
class Resnet(ResidualModel):
    """Miyato et al.'s networks for CIFAR-10 (table 4), scaled to the image.

    generator       dense to 256 × 4 × 4, three blocks that double, batch normalisation, ReLU, 3×3, tanh
    discriminator   two blocks of 128 that halve, two that do not, ReLU, sum over all pixels, dense

    The generator's first image is the last half (rounded up) of the image's sizes whose shorter side is at
    least 4: 32 → 4, 48 → 6 and 64 → 4 as in the paper, 28 → 7, 8 → 4. The discriminator halves once less
    often than the generator doubles, at least once. Widths are the same at every level (a choice: the
    paper's networks for larger images change them).

    Weights start by Xavier's uniform law, with gain √2 in the branches, and the head has no bias, as in the
    authors' code. The paper normalises the discriminator spectrally: that is the regularizer spectral-norm.
    """

    paper: ClassVar[str] = (
        "Miyato et al. 2018, Spectral normalization for generative adversarial networks, arXiv:1802.05957"
    )
    _narrower: ClassVar[int] = 2
    roles: ClassVar[tuple[str, ...]] = (
        "generator",
        "discriminator",
        "encoder",
        "pair-discriminator",
        "recogniser",
        "decoder",
        "vector-discriminator",
        "translator",
        "mapper",
    )

    width: int = option(256, "channels of the generator (Miyato et al. 2018, table 4)", ge=1)

    def generator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        *sizes, (height, width) = pyramid(shape[1], shape[2], residual_levels(shape))
        return nn.Sequential(
            xavier(nn.Linear(self.latents, self.width * height * width)),
            nn.Unflatten(1, (self.width, height, width)),
            *[self.up(self.width, self.width, size) for size in reversed(sizes)],
            *self.generator_tail(self.width),
            xavier(conv3(self.width, shape[0])),
            self.outlet(),
        )

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        width, halvings = self.discriminator_channels(), max(residual_levels(shape) - 1, 1)
        features = nn.Sequential(
            *self.intake(),
            self.down(shape[0], width, first=True),
            *[self.down(width, width) for _ in range(halvings - 1)],
            *[self.down(width, width, kept=True) for _ in range(2)],
            *self.discriminator_tail(width),
            GlobalSum(),
        )
        return Discriminator(features, xavier(nn.Linear(width, 1, bias=False)))

    def translator(self, blueprint: Blueprint) -> nn.Module:
        """CycleGAN's generator; images below 32 pixels are not halved, so that it stays local."""
        halvings = min(residual_levels(blueprint.shape), 2) if min(blueprint.shape[1:]) >= 32 else 0
        return residual_translator(blueprint, min(self.width, 64), 3, halvings, self.outlet())
