"""Laplacian pyramid: a generator and a discriminator for each octave of an image's frequencies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gbench.api import Blueprint, Dropout, Model, Streams, option
from gbench_models._doubling import doubling_sizes
from gbench_models._parts import Discriminator, activation, halved, halving, norm

KERNELS = (7, 7, 5)  # of a finer level's generator
KERNEL = 5  # of its discriminator

Network = TypeVar("Network", bound=nn.Module)


@dataclass(kw_only=True)
class LaplacianPyramid(Model):
    """Denton et al.'s pairs of networks, one for each level of the image's pyramid, for the game `lapgan`.

    Levels k = 0, 1, ..., K have sizes h, 2h, ... up to the image. With d the mean of every 2×2 pixels and u
    bilinear doubling (the paper leaves both filters open),

        I_K = I,   I_{k−1} = d(I_k)     the image at each size
        l_k = u(I_{k−1})                low-pass, what level k is told; l_0 = 0
        h_k = I_k − l_k                 band-pass, what level k generates; so I_k = l_k + h_k exactly

    The coarsest pair is dense, with two hidden layers: G_0 makes I_0 of `latents` numbers. Finer pairs are
    convolutional: G_k has three layers of 7×7, 7×7 and 5×5 pixels on l_k with a plane of noise as one more
    colour, and D_k two of 5×5, the second strided, on l_k + h_k. Where no pixel would be left, below 9, D_k
    pads.
    A sample runs the pyramid: Ĩ_0 = G_0(z_0), Ĩ_k = u(Ĩ_{k−1}) + G_k(z_k, u(Ĩ_{k−1})).

    No generator has an activation at its end, because band-pass images have no range of their own. The dense
    networks start at N(0, .05²) and N(0, .005²) with biases zero, as in the authors' code, and convolutions
    as torch has them. Images of 32×32 have levels of 8, 16 and 32 pixels; the paper's CIFAR-10 models are for
    crops of 28, with levels of 8, 14 and 28, which are no octaves.

    As a tensor, a level is a row of as many numbers as the largest has, `[B, levels, channels · H · W]`, with
    zeros at the end: what `decompose` makes of images is `[R, B, 2, levels, channels · H · W]`, the
    band-pass images and the low-pass ones. `generator(latent, low)` gives such rows, `generator(latent)`
    images; `discriminator(bands, low)` scores `[B, levels]`, and `discriminator(images)` their sum.
    """

    paper: ClassVar[str] = (
        "Denton et al. 2015, Deep generative image models using a Laplacian pyramid of adversarial networks, "
        "arXiv:1506.05751"
    )
    traits: ClassVar[tuple[str, ...]] = ("image",)
    gives: ClassVar[tuple[str, ...]] = ("scores",)
    takes: ClassVar[tuple[str, ...]] = ("pyramid",)
    roles: ClassVar[tuple[str, ...]] = ("generator", "discriminator")

    latents: int = option(100, "size of the coarsest level's latent vector (Denton et al. 2015)", ge=1)
    latent: Literal["normal", "uniform"] = option(
        "uniform", "law of latents and noise planes (Denton et al. 2015, code: uniform)"
    )
    coarsest: int = option(
        8, "least pixels of the coarsest level, if that leaves two (Denton et al. 2015, CIFAR-10)", ge=4
    )
    units: int = option(1200, "units of G_0's hidden layers (Denton et al. 2015)", ge=1)
    discriminator_units: int = option(600, "units of D_0's hidden layers (Denton et al. 2015)", ge=1)
    width: int = option(128, "channels of each G_k (Denton et al. 2015, code)", ge=1)
    discriminator_width: int | None = option(
        None, "channels of each D_k; by default the generators' (Denton et al. 2015, code)", ge=1
    )
    generator_norm: Literal["none", "batch", "layer"] = option(
        "none", "normalisation in the generators (Denton et al. 2015, CIFAR-10: none)"
    )
    discriminator_norm: Literal["none", "batch", "layer"] = option(
        "none", "normalisation in the discriminators (Denton et al. 2015, CIFAR-10: none)"
    )
    activation: Literal["relu", "leaky-relu", "gelu", "elu"] = option(
        "relu", "activation of the generators (Denton et al. 2015)"
    )
    discriminator_activation: Literal["relu", "leaky-relu", "gelu", "elu"] = option(
        "relu", "activation of the discriminators (Denton et al. 2015)"
    )
    downsampling: Literal["stride", "average-pool", "max-pool"] = option(
        "stride", "how D_k halves images: a strided convolution, or pooling after an unstrided one"
    )
    dropout: float = option(
        0.5, "share of D_0's hidden units and of D_k's features that is dropped (code)", ge=0, lt=1
    )

    def generator(self, blueprint: Blueprint) -> nn.Module:
        return PyramidGenerator(self, self.pyramid(blueprint.shape))

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        return PyramidDiscriminator(self, self.pyramid(blueprint.shape))

    def pyramid(self, shape: tuple[int, ...]) -> "Pyramid":
        """The pyramid of images of that shape. Raises UserError on a size that does not halve."""
        return Pyramid(shape[0], doubling_sizes(shape, "laplacian-pyramid", self.coarsest))

    def decompose(self, images: Tensor) -> Tensor:
        """Band-pass and low-pass rows of images `[R, B, C, H, W]`: `[R, B, 2, levels, C · H · W]`."""
        pyramid = self.pyramid(tuple(images.shape[2:]))
        return pyramid.split(images.flatten(0, 1)).unflatten(0, images.shape[:2])

    def draw(self, random: Streams, purpose: str, count: int) -> Tensor:
        """`[R, count, latents + noise]`: G_0's latents and a plane for each finer level."""
        noise = (count, sum(self.pyramid(self.shape).planes))
        if self.latent == "normal":
            planes = random.normal(f"{purpose}/noise", noise)
        else:
            planes = random.uniform(f"{purpose}/noise", noise).mul(2).sub(1)
        return torch.cat([super().draw(random, purpose, count), planes], -1)


class Pyramid:
    """The Laplacian pyramid of images `[B, channels, H, W]`, from the coarsest level to the finest.

    Its levels are rows `[B, levels, channels · H · W]`, each filled up with zeros.
    """

    def __init__(self, channels: int, sizes: Sequence[tuple[int, int]]):
        self.shapes = [(channels, height, width) for height, width in sizes]
        self.planes = [height * width for height, width in sizes[1:]]

    def split(self, images: Tensor) -> Tensor:
        """Band-pass and low-pass images, `[B, 2, levels, channels · H · W]`."""
        levels = [images]
        for _ in self.planes:
            levels.insert(0, F.avg_pool2d(levels[0], 2))
        low = [torch.zeros_like(levels[0]), *map(expand, levels[:-1])]
        bands = [image - below for image, below in zip(levels, low, strict=True)]
        return torch.stack([self.rows(bands), self.rows(low)], 1)

    def merge(self, bands: Tensor) -> Tensor:
        """The images that have these band-pass rows."""
        image, *finer = self.images(bands)
        for band in finer:
            image = expand(image) + band
        return image

    def rows(self, images: Sequence[Tensor]) -> Tensor:
        """An image of each level as a row."""
        flat = [image.flatten(1) for image in images]
        length = flat[-1].shape[1]
        return torch.stack([F.pad(row, (0, length - row.shape[1])) for row in flat], 1)

    def images(self, rows: Tensor) -> list[Tensor]:
        """Back from `rows`."""
        sizes = [channels * height * width for channels, height, width in self.shapes]
        levels = zip(rows.unbind(1), sizes, self.shapes, strict=True)
        return [row[:, :size].unflatten(1, shape) for row, size, shape in levels]


class PyramidGenerator(nn.Module):
    """Images `[B, channels, H, W]` from latents and noise; if told the low-pass rows, band-pass rows."""

    def __init__(self, model: LaplacianPyramid, pyramid: Pyramid):
        super().__init__()
        self.pyramid = pyramid
        self.latents = model.latents
        self.coarsest = dense_generator(model, pyramid.shapes[0])
        self.finer = nn.ModuleList(band_generator(model, pyramid.shapes[0][0]) for _ in pyramid.planes)

    def forward(self, latent: Tensor, low: Tensor | None = None) -> Tensor:
        first, *noise = latent.split([self.latents, *self.pyramid.planes], -1)
        given = None if low is None else self.pyramid.images(low)
        bands = [self.coarsest(first)]
        image = bands[0]
        for level, (network, plane) in enumerate(zip(self.finer, noise, strict=True), 1):
            below = expand(image) if given is None else given[level]
            bands.append(network(torch.cat([below, plane.view(-1, 1, *below.shape[2:])], 1)))
            image = below + bands[-1]
        return image if given is None else self.pyramid.rows(bands)


class PyramidDiscriminator(nn.Module):
    """Scores `[B, levels]` of band-pass rows, told the low-pass ones; of images the sum, `[B]`."""

    def __init__(self, model: LaplacianPyramid, pyramid: Pyramid):
        super().__init__()
        self.pyramid = pyramid
        self.levels = nn.ModuleList(
            [
                dense_discriminator(model, pyramid.shapes[0]),
                *[band_discriminator(model, shape) for shape in pyramid.shapes[1:]],
            ]
        )

    def forward(self, samples: Tensor, low: Tensor | None = None) -> Tensor:
        if low is None:
            bands, low = self.pyramid.split(samples).unbind(1)
            return self.forward(bands, low).sum(-1)
        return torch.stack([level(image) for level, image in self._judged(samples + low)], -1)

    def features(self, samples: Tensor, low: Tensor | None = None) -> Tensor:
        """Those of all levels, `[B, d]`."""
        if low is None:
            return self.features(*self.pyramid.split(samples).unbind(1))
        return torch.cat([level.features(image) for level, image in self._judged(samples + low)], 1)

    def _judged(self, rows: Tensor) -> Iterator[tuple[Any, Tensor]]:
        """Each level's discriminator, and the image that it looks at."""
        return zip(self.levels, self.pyramid.images(rows), strict=True)


def expand(images: Tensor) -> Tensor:
    """u: bilinear doubling of images `[B, C, H, W]`."""
    return F.interpolate(images, scale_factor=2.0, mode="bilinear", align_corners=False)


def dense_generator(model: LaplacianPyramid, shape: tuple[int, int, int]) -> nn.Module:
    """G_0: two hidden layers."""
    layers: list[nn.Module] = []
    for inputs in (model.latents, model.units):
        layers += [
            nn.Linear(inputs, model.units),
            *norm(model.generator_norm, model.units, image=False),
            activation(model.activation),
        ]
    last = nn.Linear(model.units, shape[0] * shape[1] * shape[2])
    return started(nn.Sequential(*layers, last, nn.Unflatten(1, shape)), 0.05)


def dense_discriminator(model: LaplacianPyramid, shape: tuple[int, int, int]) -> Discriminator:
    """D_0: two hidden layers, each with dropout."""
    layers: list[nn.Module] = [nn.Flatten()]
    for inputs in (shape[0] * shape[1] * shape[2], model.discriminator_units):
        layers += [
            nn.Linear(inputs, model.discriminator_units),
            *norm(model.discriminator_norm, model.discriminator_units, image=False),
            activation(model.discriminator_activation),
            Dropout(model.dropout),
        ]
    head = nn.Linear(model.discriminator_units, 1)
    return started(Discriminator(nn.Sequential(*layers), head), 0.005)


def started(network: Network, std: float) -> Network:
    """Its linear layers at N(0, std²), their biases at zero."""
    for layer in network.modules():
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, 0.0, std)
            nn.init.zeros_(layer.bias)
    return network


def band_generator(model: LaplacianPyramid, channels: int) -> nn.Module:
    """G_k: three convolutions that keep the size."""
    layers: list[nn.Module] = []
    inputs = channels + 1
    for kernel in KERNELS[:-1]:
        layers += [
            nn.Conv2d(inputs, model.width, kernel, padding=kernel // 2),
            *norm(model.generator_norm, model.width, image=True),
            activation(model.activation),
        ]
        inputs = model.width
    return nn.Sequential(*layers, nn.Conv2d(inputs, channels, KERNELS[-1], padding=KERNELS[-1] // 2))


def band_discriminator(model: LaplacianPyramid, shape: tuple[int, int, int]) -> Discriminator:
    """D_k: two convolutions, the second of which halves the size, and a linear head."""
    width = model.discriminator_width or model.width
    padding = 0 if min(shape[1:]) >= 2 * KERNEL - 1 else KERNEL // 2
    kept = [size + 2 * padding - KERNEL + 1 for size in shape[1:]]
    height, breadth = (halved(size, KERNEL, padding) for size in kept)
    layers = [
        nn.Conv2d(shape[0], width, KERNEL, padding=padding),
        *norm(model.discriminator_norm, width, image=True),
        activation(model.discriminator_activation),
        *halving(width, width, KERNEL, model.downsampling, padding),
        *norm(model.discriminator_norm, width, image=True),
        activation(model.discriminator_activation),
        nn.Flatten(),
        Dropout(model.dropout),
    ]
    return Discriminator(nn.Sequential(*layers), nn.Linear(width * height * breadth, 1))
