"""Stacked: a first stage sketches a small image of the class, a second one refines it to full size."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from gbench.api import Blueprint, Replicas, Streams, option
from gbench_models._conditional import classes_of, one_hot
from gbench_models._doubling import doubling_sizes
from gbench_models._equalised import pool, upsample
from gbench_models._image import ImageModel
from gbench_models._parts import halved, halving, pyramid
from gbench_models._residual import double
from gbench_models.dcgan import levels

SIZE = tuple[int, int]
KERNEL = 4  # of convolutions that halve an image


@dataclass(kw_only=True)
class Stacked(ImageModel):
    """StackGAN's two pairs of networks, for images of any size that doubles from 4×4 pixels or more.

    Stage I makes images of a quarter of the height and width, or of half where they have no such quarter of 4
    pixels or more. Stage II reads them and makes the full size. The class y, as a unit vector, takes the
    place of the text's embedding. Each stage has its own

        conditioning augmentation    c = μ(y) + σ(y) ε,   ε ~ N(0, I),   (μ, log σ) linear in y
        generator I                  G(z, c): doubling from 4×4, nearest neighbours and 3×3 convolutions
        generator II                 G(x, c): x, the sketch, halved twice at most, joined by c at every pixel,
                                     `residuals` residual blocks, doubled to the full size
        discriminator                D(x, y): halved to 4×4, joined by a layer of y at every pixel, a
                                     convolution of 1×1, a linear head

    Stage I trains for a share `sketching` of the budget, then rests, in evaluation mode: its parameters and
    buffers stay what they are, bit for bit. While it trains all images have the full size: sketches have
    their pixels repeated, the discriminator averages them back, and real images are shown likewise.

    Channels are `width` next to the sketch in both generators, doubled at each level below it, up to 8 ×
    `width`, and halved at each level above; in the discriminators as in DCGAN's. An image is halved at least
    twice, rounding up, so that stages of fewer than 16 pixels begin below 4×4 (a choice). Weights start at
    N(0, .02²), as in the authors' code. Nothing is transposed, so there is no kernel to choose.

    The authors' code has more than the paper: a residual block at the two lowest levels of generator I and at
    the lowest of both discriminators, up to 32 × `width` channels in discriminator II, and a leaky ReLU
    on (μ, log σ); its stage II sees sketches made with the minibatch's statistics.
    """

    paper: ClassVar[str] = (
        "Zhang et al. 2017, StackGAN: text to photo-realistic image synthesis with stacked generative "
        "adversarial networks, arXiv:1612.03242"
    )
    takes: ClassVar[tuple[str, ...]] = ("label",)
    roles: ClassVar[tuple[str, ...]] = ("generator", "discriminator")
    _narrower: ClassVar[int] = 2

    latents: int = option(100, "size of stage I's latent vector (Zhang et al. 2017)", ge=1)
    condition: int = option(128, "size of c (Zhang et al. 2017)", ge=1)
    width: int = option(128, "channels of the generators next to the sketch (Zhang et al. 2017, code)", ge=1)
    label_width: int = option(
        128, "units of the discriminators' layer for the class (Zhang et al. 2017)", ge=1
    )
    residuals: int = option(
        4, "residual blocks of stage II (Zhang et al. 2017: 4 for 256×256, 2 for 128×128)", ge=0
    )
    sketching: float = option(
        0.5, "share of the budget for stage I (Zhang et al. 2017: 600 epochs for each)", gt=0, lt=1
    )
    phase: int = field(default=1, init=False, repr=False, compare=False)

    def check(self, shape: tuple[int, ...]) -> None:
        doubling_sizes(shape, "stacked")

    def generator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        return StackedGenerator(self, shape[0], doubling_sizes(shape, "stacked"), classes_of(blueprint, self))

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        return StackedDiscriminator(
            self, shape, doubling_sizes(shape, "stacked"), classes_of(blueprint, self)
        )

    def initialise(self, layer: nn.Module) -> None:
        """Weights at N(0, .02²), scales of normalisation layers at N(1, .02²), biases zero."""
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.normal_(layer.weight, 0.0, 0.02)
        elif isinstance(layer, nn.BatchNorm2d | nn.GroupNorm):
            nn.init.normal_(layer.weight, 1.0, 0.02)
        bias = getattr(layer, "bias", None)
        if isinstance(bias, nn.Parameter):
            nn.init.zeros_(bias)

    def draw(self, random: Streams, purpose: str, count: int) -> Tensor:
        """`[R, count, latents + 2 condition]`: z, and ε of both stages."""
        noise = random.normal(f"{purpose}/condition", (count, 2 * self.condition))
        return torch.cat([super().draw(random, purpose, count), noise], -1)

    def grow(self, networks: dict[str, Replicas], progress: float) -> None:
        self.phase = 1 if progress < self.sketching else 2
        for network in networks.values():
            for part in network.module.modules():
                if isinstance(part, Staged):
                    part.turn_to(self.phase)
            idle = {1: "second", 2: "first"}[self.phase]
            network.resting = frozenset(name for name in network.parameters if idle in name.split("."))

    def shown(self, real: Tensor) -> Tensor:
        if self.phase == 2:
            return real
        factor = factor_of(doubling_sizes(tuple(real.shape[2:]), "stacked"))
        return upsample(pool(real.flatten(0, 1), factor), factor).view_as(real)


class Staged(nn.Module):
    """A network of two stages, `first` and `second`, of which `phase` says which one trains."""

    first: Any
    second: Any

    def __init__(self, factor: int):
        super().__init__()
        self.factor = factor
        self.phase = 1

    def turn_to(self, phase: int) -> None:
        self.phase = phase
        self.train(self.training)

    def train(self, mode: bool = True) -> "Staged":
        """A first stage that rests stays in evaluation mode."""
        super().train(mode)
        if self.phase == 2:
            self.first.eval()
        return self


class StackedGenerator(Staged):
    """Images `[B, channels, H, W]` from latents `[B, latents + 2 condition]` and labels `[B]`."""

    def __init__(self, model: Stacked, channels: int, sizes: Sequence[SIZE], classes: int):
        super().__init__(factor_of(sizes))
        self.parts = [model.latents, model.condition, model.condition]
        self.first = Sketcher(model, channels, sketch_size(sizes), classes)
        self.second = Refiner(model, channels, sizes, classes)

    def forward(self, latent: Tensor, label: Tensor) -> Tensor:
        z, first, second = latent.split(self.parts, -1)
        sketch = self.first(z, first, label)
        if self.phase == 1:
            return upsample(sketch, self.factor)
        return self.second(sketch.detach(), second, label)

    def divergence(self, label: Tensor) -> Tensor:
        """KL(N(μ(y), σ(y)²) ‖ N(0, I)) / condition in nats, `[B]`, of the stage that trains."""
        stage = self.first if self.phase == 1 else self.second
        return stage.augment.divergence(label)


class StackedDiscriminator(Staged):
    """Scores `[B]` of images with labels `[B]`; the features `[B, d]` know no labels."""

    def __init__(self, model: Stacked, shape: tuple[int, ...], sizes: Sequence[SIZE], classes: int):
        super().__init__(factor_of(sizes))
        self.intake = nn.Sequential(*model.intake())
        self.first = Judge(model, (shape[0], *sketch_size(sizes)), classes)
        self.second = Judge(model, shape, classes)

    def features(self, samples: Tensor) -> Tensor:
        return self._seen(samples)[0].flatten(1)

    def forward(self, samples: Tensor, label: Tensor) -> Tensor:
        seen, judge = self._seen(samples)
        return judge(seen, label)

    def _seen(self, samples: Tensor) -> tuple[Tensor, Any]:
        images = self.intake(samples)
        if self.phase == 1:
            return self.first.body(pool(images, self.factor)), self.first
        return self.second.body(images), self.second


class Augmentation(nn.Module):
    """Conditioning augmentation: c `[B, condition]` of noise ε and labels `[B]`."""

    def __init__(self, classes: int, condition: int):
        super().__init__()
        self.classes = classes
        self.law = nn.Linear(classes, 2 * condition)

    def forward(self, noise: Tensor, label: Tensor) -> Tensor:
        mean, log_std = self.moments(label)
        return mean + log_std.exp() * noise

    def divergence(self, label: Tensor) -> Tensor:
        """The mean over c's dimensions of (σ² + μ² − 1) / 2 − log σ, `[B]`."""
        mean, log_std = self.moments(label)
        return ((2 * log_std).exp() + mean.square() - 1 - 2 * log_std).mean(-1) / 2

    def moments(self, label: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_std = self.law(one_hot(label, self.classes)).chunk(2, -1)
        return mean, log_std


class Sketcher(nn.Module):
    """Stage I: images of `size` from z, ε and labels."""

    def __init__(self, model: Stacked, channels: int, size: SIZE, classes: int):
        super().__init__()
        *sizes, lowest = pyramid(*size, levels((channels, *size)))
        widths = [min(2**level, 8) * model.width for level in range(len(sizes))]
        self.augment = Augmentation(classes, model.condition)
        layers: list[nn.Module] = [
            nn.Linear(model.latents + model.condition, widths[-1] * lowest[0] * lowest[1]),
            nn.Unflatten(1, (widths[-1], *lowest)),
            *model.generator_tail(widths[-1]),
        ]
        for (wide, narrow), larger in zip(pairwise(widths[::-1]), sizes[:0:-1], strict=True):
            layers += up(model, wide, narrow, larger)
        last = [Double(size), nn.Conv2d(widths[0], channels, 3, padding=1), model.outlet()]
        self.body = nn.Sequential(*layers, *last)

    def forward(self, z: Tensor, noise: Tensor, label: Tensor) -> Tensor:
        return self.body(torch.cat([z, self.augment(noise, label)], 1))


class Refiner(nn.Module):
    """Stage II: images of the largest of `sizes` from sketches, ε and labels."""

    def __init__(self, model: Stacked, channels: int, sizes: Sequence[SIZE], classes: int):
        super().__init__()
        halvings = min(sizes.index(sketch_size(sizes)), 2)
        larger = sizes[sizes.index(sketch_size(sizes)) - halvings + 1 :]
        widths = [max(model.width * 2**halvings // 2**level, 1) for level in range(len(larger) + 1)]
        self.augment = Augmentation(classes, model.condition)
        encoder = [nn.Conv2d(channels, model.width, 3, padding=1), model.new_activation()]
        for level in range(halvings):
            outputs = model.width * 2 ** (level + 1)
            encoder += [nn.Conv2d(outputs // 2, outputs, KERNEL, 2, 1), *model.generator_tail(outputs)]
        self.encoder = nn.Sequential(*encoder)
        joint = nn.Conv2d(widths[0] + model.condition, widths[0], 3, padding=1)
        layers = [joint, *model.generator_tail(widths[0])]
        layers += [Residual(model, widths[0]) for _ in range(model.residuals)]
        for (wide, narrow), size in zip(pairwise(widths), larger, strict=True):
            layers += up(model, wide, narrow, size)
        self.body = nn.Sequential(*layers, nn.Conv2d(widths[-1], channels, 3, padding=1), model.outlet())

    def forward(self, sketch: Tensor, noise: Tensor, label: Tensor) -> Tensor:
        return self.body(everywhere(self.encoder(sketch), self.augment(noise, label)))


class Judge(nn.Module):
    """A stage's discriminator."""

    def __init__(self, model: Stacked, shape: tuple[int, ...], classes: int):
        super().__init__()
        self.classes = classes
        inputs, height, breadth = shape
        layers: list[nn.Module] = []
        for level in range(levels(shape)):
            outputs = min(2**level, 8) * model.discriminator_channels()
            layers += halving(inputs, outputs, KERNEL, model.downsampling)
            layers += model.discriminator_tail(outputs, normalised=level > 0)
            inputs, height, breadth = outputs, halved(height, KERNEL), halved(breadth, KERNEL)
        self.body = nn.Sequential(*layers)
        self.label = nn.Sequential(
            nn.Linear(classes, model.label_width), model.new_discriminator_activation()
        )
        self.joint = nn.Sequential(
            nn.Conv2d(inputs + model.label_width, inputs, 1), *model.discriminator_tail(inputs), nn.Flatten()
        )
        self.head = nn.Linear(inputs * height * breadth, 1)

    def forward(self, seen: Tensor, label: Tensor) -> Tensor:
        told = self.label(one_hot(label, self.classes))
        return self.head(self.joint(everywhere(seen, told))).squeeze(-1)


class Double(nn.Module):
    """Nearest neighbours at twice the size, cut to `size`."""

    def __init__(self, size: SIZE):
        super().__init__()
        self.size = size

    def forward(self, images: Tensor) -> Tensor:
        return double(images, self.size)


class Residual(nn.Module):
    """x ↦ act(x + norm(conv(act(norm(conv(x))))))."""

    def __init__(self, model: Stacked, channels: int):
        super().__init__()
        first, second = (nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))
        *normed, activated = model.generator_tail(channels)
        self.branch = nn.Sequential(first, *normed, activated, second, *model.generator_tail(channels)[:-1])
        self.activation = activated

    def forward(self, images: Tensor) -> Tensor:
        return self.activation(images + self.branch(images))


def up(model: Stacked, inputs: int, outputs: int, size: SIZE) -> list[nn.Module]:
    """Twice the size, and a convolution."""
    return [Double(size), nn.Conv2d(inputs, outputs, 3, padding=1), *model.generator_tail(outputs)]


def everywhere(images: Tensor, vectors: Tensor) -> Tensor:
    """Vectors `[B, n]` as n more channels, the same at every pixel."""
    planes = vectors[..., None, None].expand(*vectors.shape, *images.shape[2:])
    return torch.cat([images, planes], 1)


def sketch_size(sizes: Sequence[SIZE]) -> SIZE:
    """Height and width of stage I's images: a quarter, or half where a quarter is none of the sizes."""
    return sizes[-3] if len(sizes) > 2 else sizes[0]


def factor_of(sizes: Sequence[SIZE]) -> int:
    """How much larger the full image is than the sketch, along each side."""
    return sizes[-1][0] // sketch_size(sizes)[0]
