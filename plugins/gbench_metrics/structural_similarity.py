"""Structural similarity of pairs of samples, which is high for generators that repeat themselves."""

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from gbench.api import Keys, Reference, SampleMetric, UserError, evenly, option
from gbench_metrics._images import CHUNK, shown

WINDOW, SIGMA = 11, 1.5  # pixels (Wang et al. 2004)
C1, C2 = 0.01**2, 0.03**2  # of images in [0, 1] (Wang et al. 2004)
WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # from the finest scale (Wang et al. 2003)
SMALLEST = 4  # pixels along the shorter side of a scale


@dataclass(kw_only=True)
class StructuralSimilarity(SampleMetric):
    """Mean SSIM (Wang et al. 2004, eq. 13) and MS-SSIM (Wang et al. 2003, eq. 7) of N/2 pairs of samples.

    - ssim-gap, ms-ssim-gap: the difference to that of as many pairs of real images; 0 is expected;
    - ssim, ms-ssim: the similarity itself. A generator that always draws the same image has 1. Odena et al.
      2017, section 4.2, take lower values for more diverse, but noise has the lowest, so rank by the gap.

    In small images the Gaussian window of 11 pixels shrinks to the largest odd one that fits, and σ with it,
    as in the code of Karras et al. 2018. Each scale halves the image by means of 2×2 pixels. Scales with less
    than 4 pixels along a side are left out, and the weights of the others add up to 1. So 8×8 pixels have two
    scales, 28×28 three, 32×32 four, and images from 64×64 on all five.

    Odena et al. compare images of one class, 100 pairs each; here pairs are drawn from all classes. Windows
    lie wholly inside the image, as in scikit-image; torchmetrics also averages over mirrored borders.
    """

    paper: ClassVar[str] = (
        "Wang et al. 2004, Image quality assessment: from error visibility to structural similarity; "
        "Wang et al. 2003, Multi-scale structural similarity for image quality assessment; "
        "Odena et al. 2017, Conditional image synthesis with auxiliary classifier GANs, arXiv:1610.09585"
    )
    keys: ClassVar[Keys] = {
        "ssim-gap-{samples}-{split}": ("min", 2.0),
        "ms-ssim-gap-{samples}-{split}": ("min", 1.0),
        "ssim-{samples}": ("min", 1.0),
        "ms-ssim-{samples}": ("min", 1.0),
    }
    needs: ClassVar[tuple[str, ...]] = ("image",)

    scales: int = option(5, "scales of MS-SSIM, at most (Wang et al. 2003)", ge=1, le=5)

    def fit(self, reference: Reference) -> None:
        real = self.everything(reference)
        if len(real) < 2:
            raise UserError(
                f"structural-similarity: a pair needs two real images; {self.split} has {len(real)}"
            )
        order = torch.randperm(len(real), generator=torch.Generator().manual_seed(0)).to(real.device)
        self.real = self.of_pairs(real[evenly(order, self.samples)])

    def compare(self, fake: Tensor) -> Tensor:
        """Of one replica's images [N, C, H, W]."""
        values = self.of_pairs(fake)
        return torch.cat([(values - self.real).abs(), values])

    def of_pairs(self, images: Tensor) -> Tensor:
        """Mean SSIM and MS-SSIM [2] of the first half of the images with the second."""
        half = len(images) // 2
        pairs = zip(images[:half].split(CHUNK), images[half : 2 * half].split(CHUNK), strict=True)
        values = [multi_scale(shown(x.double()), shown(y.double()), self.scales) for x, y in pairs]
        return torch.cat(values).mean(0)


def multi_scale(x: Tensor, y: Tensor, scales: int) -> Tensor:
    """SSIM and MS-SSIM [N, 2] of images [N, C, H, W] in [0, 1]."""
    at_scale = [similarity(x, y)]
    while len(at_scale) < scales and min(x.shape[-2:]) >= 2 * SMALLEST:
        x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
        at_scale.append(similarity(x, y))
    weights = x.new_tensor(WEIGHTS[: len(at_scale)])
    factors = torch.stack([*(structure for _, structure in at_scale[:-1]), at_scale[-1][0]])
    product = factors.clamp(min=0).pow((weights / weights.sum())[:, None]).prod(0)
    return torch.stack([at_scale[0][0], product], 1)


def similarity(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """SSIM [N], and without its factor of luminance, means over channels and places of the window."""
    mean_x, mean_y, square_x, square_y, product = local_means(torch.stack([x, y, x * x, y * y, x * y]))
    variances = square_x - mean_x**2 + square_y - mean_y**2
    structure = (2 * (product - mean_x * mean_y) + C2) / (variances + C2)
    luminance = (2 * mean_x * mean_y + C1) / (mean_x**2 + mean_y**2 + C1)
    return (luminance * structure).flatten(1).mean(1), structure.flatten(1).mean(1)


def local_means(images: Tensor) -> Tensor:
    """Means [..., h, w] under a Gaussian window, wherever it fits wholly into images [..., H, W]."""
    side = min(images.shape[-2:])
    window = min(WINDOW, side - 1 + side % 2)
    places = torch.arange(window, dtype=images.dtype, device=images.device) - window // 2
    bell = (-0.5 * (places * WINDOW / (window * SIGMA)).square()).exp()
    column = (bell / bell.sum()).view(1, 1, window, 1)
    means = F.conv2d(F.conv2d(images.flatten(0, -3)[:, None], column), column.mT)
    return means.view(*images.shape[:-2], *means.shape[-2:])
