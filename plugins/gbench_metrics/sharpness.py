"""Sharpness: how strong the edges of the samples are, compared with those of real images."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Keys, Reference, SampleMetric, UserError
from gbench_metrics._images import CHUNK, each, lightness, shown
from gbench_metrics._neighbours import nearest

CEILING = 100.0  # decibels, as for psnr
EDGELESS = 1e-12  # a lower sharpness is only the rounding of float32 images


@dataclass(kw_only=True)
class Sharpness(SampleMetric):
    """Three numbers of images in [0, 1], with s the mean over images of the variance of their Laplacian:

    - sharpness-gap: |s_g/s − 1| of generated and as many real images. 0 is expected. Blur tends to 1, and
    noise
      has no limit;
    - sharpness: s_g itself (Tolstikhin et al. 2018). The Laplacian is that of the lightness, at all places
      where its five pixels fit into the image;
    - sharpness-difference: mean over samples of 10 log₁₀(1/Δ) in decibels, with Δ the mean over pixels of
      |g − ĝ|, g the sum of the absolute differences to the left and to the upper neighbour, and ĝ that of the
      nearest of all real images (Mathieu et al. 2016, who know the true image). Copies have 100.
    """

    paper: ClassVar[str] = (
        "Tolstikhin et al. 2018, Wasserstein auto-encoders, arXiv:1711.01558; "
        "Mathieu et al. 2016, Deep multi-scale video prediction beyond mean square error, arXiv:1511.05440"
    )
    keys: ClassVar[Keys] = {
        "sharpness-gap-{samples}-{split}": ("min", None),
        "sharpness-{samples}": ("max", 0.0),
        "sharpness-difference-{samples}-{split}": ("max", None),
    }
    needs: ClassVar[tuple[str, ...]] = ("image",)

    def fit(self, reference: Reference) -> None:
        self.real = shown(self.everything(reference))
        self.expected = each(edge_strength, self.as_many(reference)).mean()
        if not self.expected >= EDGELESS:
            raise UserError("sharpness: the real images have no edges to compare with; take another data set")

    def compare(self, fake: Tensor) -> Tensor:
        """Of one replica's images [N, C, H, W]."""
        strength, seen = each(edge_strength, fake).mean(), shown(fake)
        _, which = nearest(seen.flatten(1), self.real.flatten(1))
        pairs = zip(seen.split(CHUNK), which.split(CHUNK), strict=True)
        difference = torch.cat([gradient_difference(x, self.real[chosen]) for x, chosen in pairs])
        decibels = (-10 * difference.log10()).clamp(max=CEILING).mean()
        return torch.stack([(strength / self.expected - 1).abs(), strength, decibels])


def edge_strength(images: Tensor) -> Tensor:
    """Variance of the Laplacian of each image [N, C, H, W]: [N]."""
    light = lightness(images)
    inner = light[:, 1:-1, 1:-1]
    sides = light[:, :-2, 1:-1] + light[:, 2:, 1:-1] + light[:, 1:-1, :-2] + light[:, 1:-1, 2:]
    return (sides - 4 * inner).flatten(1).var(1, correction=0)


def gradient_difference(x: Tensor, y: Tensor) -> Tensor:
    """Mean absolute difference [N] of the gradients of two sets of shown images [N, C, H, W]."""
    return (gradients(x) - gradients(y)).abs().flatten(1).mean(1)


def gradients(images: Tensor) -> Tensor:
    """Absolute differences to the left and the upper neighbour, added: [N, C, H − 1, W − 1]."""
    images = images.double()
    inner = images[..., 1:, 1:]
    return (inner - images[..., :-1, 1:]).abs() + (inner - images[..., 1:, :-1]).abs()
