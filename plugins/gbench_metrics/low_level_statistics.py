"""Low-level statistics: how far the laws of brightness, contrast and colourfulness are from the data's."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Keys, Reference, SampleMetric
from gbench_metrics._images import LUMA, each, lightness, shown
from gbench_metrics._slices import in_order, transport_costs


@dataclass(kw_only=True)
class LowLevelStatistics(SampleMetric):
    """W₁ between the laws of a number over generated and over real images, in units of the number:

    - brightness: the mean of the lightness, 0..1;
    - contrast: its standard deviation over pixels, 0..½;
    - colourfulness: √(σ²_rg + σ²_yb) + 0.3 √(μ²_rg + μ²_yb), with rg = R − G and yb = ½(R + G) − B in [0, 1]
      (Hasler, Süsstrunk 2003, eq. 4 to 6, there in 0..255); 0 for images without three channels.

    If the brightness of all images is shifted by b, its distance is b. Zeng et al. 2017 compare such laws by
    eye; the three numbers and the distance are a choice of gbench.
    """

    paper: ClassVar[str] = (
        "Zeng et al. 2017, Statistics of deep generated images, arXiv:1708.02688; "
        "Hasler, Süsstrunk 2003, Measuring colourfulness in natural images"
    )
    keys: ClassVar[Keys] = {
        "brightness-distance-{samples}-{split}": ("min", 1.0),
        "contrast-distance-{samples}-{split}": ("min", 0.5),
        "colourfulness-distance-{samples}-{split}": ("min", None),
    }
    needs: ClassVar[tuple[str, ...]] = ("image",)

    def fit(self, reference: Reference) -> None:
        self.real = in_order(each(statistics, self.as_many(reference)))

    def compare(self, fake: Tensor) -> Tensor:
        """Of one replica's images [N, C, H, W]."""
        return transport_costs(in_order(each(statistics, fake)), self.real, power=1)


def statistics(images: Tensor) -> Tensor:
    """Brightness, contrast and colourfulness [N, 3] of images [N, C, H, W]."""
    light = lightness(images).flatten(1)
    return torch.stack([light.mean(1), light.std(1, correction=0), colourfulness(images)], 1)


def colourfulness(images: Tensor) -> Tensor:
    """[N], of red, green and blue."""
    if images.shape[1] != len(LUMA):
        return images.new_zeros(len(images), dtype=torch.float64)
    red, green, blue = shown(images.double()).flatten(2).unbind(1)
    axes = torch.stack([red - green, (red + green) / 2 - blue])
    deviation, mean = axes.std(-1, correction=0), axes.mean(-1)
    return deviation.norm(dim=0) + 0.3 * mean.norm(dim=0)
