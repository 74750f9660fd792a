"""BigGAN: residual networks that are told the class, by conditional normalisation and by projection."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from gbench.api import Blueprint, option
from gbench_models._attention import SelfAttention
from gbench_models._conditional import ConditionalBatchNorm, classes_of, one_hot
from gbench_models._doubling import doubling_sizes
from gbench_models._residual import DownBlock, UpBlock
from gbench_models._switches import Switches

MOST = 16  # times the width next to the image


@dataclass(kw_only=True)
class Biggan(Switches):
    """Brock et al.'s pair for 128×128 images, scaled to the image.

    Generator: a linear layer to the lowest size, then a residual block for each doubling, with channels
    `width` next to the image and twice as many a level below, up to 16 × `width`. One embedding of the class
    is shared by all blocks; the latent vector is cut into pieces, one for the linear layer and one for each
    block, and a block's batch normalisation has gain and bias linear in (embedding, piece).

    Discriminator: a residual block for each halving and one more, the sum h of ReLU over all pixels, and

        score(x, y) = w·h + b + ⟨v_y, h⟩    (projection, Miyato and Koyama 2018)

    Both have self-attention where images are `attention` pixels high. Weights start orthogonal, biases at
    zero. Spectral normalisation and the orthogonal penalty are the technique's. In evaluation the generator
    uses running statistics, not the paper's standing ones.

    The generator's normalisation is no choice, because it is how class and latents reach the blocks; nothing
    is transposed, so there is no kernel to choose either.

    At 128×128 with width 96, latents of 120 and 1000 classes both networks have 158 million parameters
    together (table 1).
    """

    paper: ClassVar[str] = (
        "Brock et al. 2019, Large scale GAN training for high fidelity natural image synthesis, "
        "arXiv:1809.11096"
    )
    takes: ClassVar[tuple[str, ...]] = ("label",)
    roles: ClassVar[tuple[str, ...]] = ("generator", "discriminator")

    latents: int = option(120, "size of the latent vector (Brock et al. 2019, at 128×128)", ge=1)
    width: int = option(16, "channels next to the image (Brock et al. 2019: 96 at 128×128)", ge=1)
    discriminator_norm: Literal["none", "batch", "layer"] = option(
        "none", "normalisation in the discriminator (the paper's: spectral, a regularizer)"
    )
    discriminator_activation: Literal["relu", "leaky-relu", "gelu", "elu"] = option(
        "relu", "activation of the discriminator (Brock et al. 2019)"
    )
    downsampling: Literal["stride", "average-pool", "max-pool"] = option(
        "average-pool", "how the discriminator halves images: pooling after convolutions, or strided ones"
    )
    dropout: float = option(0.0, "dropout before the discriminator's head", ge=0, lt=1)
    embedding: int = option(128, "size of the generator's embedding of a class (Brock et al. 2019)", ge=1)
    attention: int | None = option(64, "height of images that attend to themselves (Brock et al. 2019)", ge=1)

    def network(self, role: str, blueprint: Blueprint) -> nn.Module:
        return super().network(role, blueprint).apply(_initialise)

    def generator(self, blueprint: Blueprint) -> nn.Module:
        sizes, classes = doubling_sizes(blueprint.shape, "biggan"), classes_of(blueprint, self)
        return ConditionalGenerator(self, sizes, blueprint.shape[0], classes)

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        sizes, classes = doubling_sizes(blueprint.shape, "biggan"), classes_of(blueprint, self)
        return ProjectionDiscriminator(self, sizes, blueprint.shape[0], classes)

    def down(self, inputs: int, outputs: int, kept: bool = False, first: bool = False) -> DownBlock:
        """kept: the size is; first: next to the image."""
        down = None if kept else self.downsampling
        return DownBlock(
            inputs, outputs, self.new_discriminator_norm, self.new_discriminator_activation, down, first
        )

    def attending(self, size: tuple[int, int], channels: int) -> nn.Module:
        """Self-attention, if images of this size have it."""
        if size[0] != self.attention:
            return nn.Identity()
        return SelfAttention(channels, value=max(channels // 2, 1), pooled=True)


class ConditionalGenerator(nn.Module):
    """Images from latents `[B, latents]` and labels `[B]`."""

    def __init__(self, model: Biggan, sizes: Sequence[tuple[int, int]], channels: int, classes: int):
        super().__init__()
        levels = len(sizes)
        widths = [min(2 ** (levels - 1 - level), MOST) * model.width for level in range(levels)]
        self.pieces = pieces(model.latents, levels)
        self.embed = nn.Embedding(classes, model.embedding)
        self.start = nn.Sequential(
            nn.Linear(self.pieces[0], widths[0] * sizes[0][0] * sizes[0][1]),
            nn.Unflatten(1, (widths[0], *sizes[0])),
        )
        shapes = zip(pairwise(widths), sizes[1:], self.pieces[1:], strict=True)
        self.blocks = nn.ModuleList(
            UpBlock(
                wide,
                narrow,
                size,
                partial(ConditionalBatchNorm, condition=model.embedding + piece),
                model.new_activation,
            )
            for (wide, narrow), size, piece in shapes
        )
        self.attentions = nn.ModuleList(map(model.attending, sizes[1:], widths[1:]))
        self.output = nn.Sequential(
            nn.BatchNorm2d(widths[-1]),
            model.new_activation(),
            nn.Conv2d(widths[-1], channels, 3, padding=1),
            model.outlet(),
        )

    def forward(self, latent: Tensor, label: Tensor) -> Tensor:
        first, *others = latent.split(self.pieces, -1)
        embedded = self.embed(label)
        x = self.start(first)
        for block, attend, piece in zip(self.blocks, self.attentions, others, strict=True):
            x = attend(block(x, torch.cat([embedded, piece], -1)))
        return self.output(x)


class ProjectionDiscriminator(nn.Module):
    """Scores `[B]` of images with labels `[B]`; the features `[B, d]` know no labels."""

    def __init__(self, model: Biggan, sizes: Sequence[tuple[int, int]], channels: int, classes: int):
        super().__init__()
        levels = len(sizes)
        widths = [min(2**level, MOST) * model.discriminator_channels() for level in range(levels - 1)]
        blocks = model.intake()
        for level, (inputs, outputs) in enumerate(pairwise([channels, *widths])):
            blocks.append(model.down(inputs, outputs, first=level == 0))
            blocks.append(model.attending(sizes[levels - 2 - level], outputs))
        last = model.down(widths[-1], widths[-1], kept=True)
        self.body = nn.Sequential(*blocks, last, *model.discriminator_tail(widths[-1]))
        self.head = nn.Linear(widths[-1], 1)
        self.project = nn.Linear(classes, widths[-1], bias=False)
        self.classes = classes

    def features(self, samples: Tensor) -> Tensor:
        return self.body(samples).sum((2, 3))

    def forward(self, samples: Tensor, label: Tensor) -> Tensor:
        features = self.features(samples)
        projected = (self.project(one_hot(label, self.classes)) * features).sum(-1)
        return self.head(features).squeeze(-1) + projected


def pieces(latents: int, levels: int) -> list[int]:
    """Sizes of the pieces of a latent vector, as equal as can be.

    >>> pieces(120, 6), pieces(5, 2)
    ([20, 20, 20, 20, 20, 20], [3, 2])
    """
    return [latents // levels + (piece < latents % levels) for piece in range(levels)]


def _initialise(layer: nn.Module) -> None:
    """Orthogonal weights, biases at zero."""
    if isinstance(layer, nn.Conv2d | nn.Linear | nn.Embedding):
        nn.init.orthogonal_(layer.weight)
    if isinstance(layer, nn.Conv2d | nn.Linear) and layer.bias is not None:
        nn.init.zeros_(layer.bias)
