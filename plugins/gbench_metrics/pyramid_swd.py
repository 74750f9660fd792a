"""Sliced Wasserstein distance of small patches, on every level of a Laplacian pyramid."""

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from gbench.api import Keys, Reference, SampleMetric, UserError, option
from gbench_metrics._slices import in_order, transport_costs

BINOMIAL = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)
FLAT = 1e-6  # a channel in [-1, 1] that varies less is constant up to rounding
LINES = 32  # that patches are projected on at once


@dataclass(kw_only=True)
class PyramidSwd(SampleMetric):
    """E_θ W₁(θ·p, θ·q) of patches p, q of the real and the generated images (Karras et al. 2018, section 5).

    Each level of a Laplacian pyramid shows one band of frequencies. The pyramid halves the image as long as
    both sides stay at `coarsest` or above, so small images are their own and only level. Patches are taken at
    fixed random places, and each channel of a set of patches is scaled to mean 0 and variance 1.

    - pyramid-swd: the mean over the levels;
    - pyramid-swd-fine, pyramid-swd-coarse: the finest level and the coarsest.

    The paper prints 10³ times this number, for 16,384 images, 128 patches in each and 512 lines (in its code
    4 times 128). Fewer patches are a choice here, which saves time and biases the distance upwards, as fewer
    samples do.
    """

    paper: ClassVar[str] = "Karras et al. 2018, Progressive growing of GANs, arXiv:1710.10196"
    keys: ClassVar[Keys] = {
        "pyramid-swd-{samples}-{split}": ("min", None),
        "pyramid-swd-fine-{samples}-{split}": ("min", None),
        "pyramid-swd-coarse-{samples}-{split}": ("min", None),
    }
    needs: ClassVar[tuple[str, ...]] = ("image",)

    patch: int = option(7, "side of a patch in pixels (Karras et al. 2018)", ge=1)
    patches: int = option(16, "patches of each image on each level (Karras et al. 2018: 128)", ge=1)
    directions: int = option(128, "lines to project on (Karras et al. 2018: 512)", ge=1)
    coarsest: int = option(16, "least side of a level (Karras et al. 2018)", ge=2)

    def fit(self, reference: Reference) -> None:
        height, width = reference.data.shape[1:]
        if self.patch > min(height, width):
            raise UserError(
                f"pyramid-swd: a patch of {self.patch} pixels does not fit into images of {height}×{width}; "
                f"lower patch to {min(height, width)}"
            )
        real, generator = self.as_many(reference), torch.Generator().manual_seed(0)
        size = self.patch**2 * real.shape[1]
        self.lines = F.normalize(torch.randn(size, self.directions, generator=generator), dim=0).to(real)
        self.real = self.descriptors(real)

    def compare(self, fake: Tensor) -> Tensor:
        """Of one replica's images [N, C, H, W]."""
        levels = zip(self.descriptors(fake), self.real, strict=True)
        distances = torch.stack([self.distance(generated, real) for generated, real in levels])
        return torch.stack([distances.mean(), distances[0], distances[-1]])

    def distance(self, fake: Tensor, real: Tensor) -> Tensor:
        """The distance [] of descriptors [N·P, d] and [M·P, d]."""
        blocks = self.lines.split(LINES, dim=1)
        sides = ((in_order(fake @ lines), in_order(real @ lines)) for lines in blocks)
        return torch.cat([transport_costs(*side, power=1) for side in sides]).mean()

    def descriptors(self, images: Tensor) -> list[Tensor]:
        """The patches of all levels, the finest first: each [N·P, C·patch²]."""
        generator = torch.Generator().manual_seed(0)
        levels = pyramid(images, max(self.coarsest, self.patch))
        return [standardised(patches(level, self.patch, self.patches, generator)) for level in levels]


def pyramid(images: Tensor, coarsest: int) -> list[Tensor]:
    """Bands of frequencies [N, C, H, W], [N, C, H/2, W/2], ..., the finest first."""
    levels = [images]
    while min(levels[-1].shape[-2:]) >= 2 * coarsest:
        levels.append(blurred(levels[-1])[..., ::2, ::2])
        levels[-2] = levels[-2] - enlarged(levels[-1], levels[-2])
    return levels


def blurred(images: Tensor) -> Tensor:
    """Binomial blur over 5×5 pixels; images are mirrored at their borders."""
    rows = images.new_tensor(BINOMIAL).view(1, 1, 5, 1)
    padded = F.pad(images.flatten(0, 1)[:, None], (2, 2, 2, 2), mode="reflect")
    return F.conv2d(F.conv2d(padded, rows), rows.mT).view_as(images)


def enlarged(images: Tensor, like: Tensor) -> Tensor:
    """Images of half the size, brought to the size of others: zeros between the pixels, blurred."""
    wide = torch.zeros_like(like)
    wide[..., ::2, ::2] = images
    return 4 * blurred(wide)


def patches(images: Tensor, side: int, count: int, generator: torch.Generator) -> Tensor:
    """`count` patches of each image, at places drawn for each image: [N·count, C, side, side]."""
    windows = images.unfold(2, side, 1).unfold(3, side, 1)
    size = (len(images), count)
    row, column = (torch.randint(windows.shape[axis], size, generator=generator) for axis in (2, 3))
    image = torch.arange(len(images))[:, None]
    return windows[image, :, row, column].flatten(0, 1)


def standardised(patches: Tensor) -> Tensor:
    """Each channel with mean 0 and variance 1, and 0 where it does not vary: [N, C·side²]."""
    over = (0, 2, 3)
    centred = patches - patches.mean(over, keepdim=True)
    spread = centred.std(over, correction=0, keepdim=True)
    return torch.where(spread > FLAT, centred / spread, 0.0).flatten(1)
