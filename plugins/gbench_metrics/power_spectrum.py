"""Power spectrum: whether each spatial frequency is as strong as in real images."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Keys, Reference, SampleMetric
from gbench_metrics._images import each, lightness

FLOOR = 1 / (12 * 255**2)  # power at each frequency that rounding to 8 bits adds


@dataclass(kw_only=True)
class PowerSpectrum(SampleMetric):
    """√(mean_k (10 log₁₀ S_g(k)/S(k))²) in decibels, with S(k) the power at radial frequency k.

    S(k) is the mean of |FFT|²/(H W) of the lightness in [0, 1], over images and over frequencies whose
    distance from 0, in cycles along the shorter side, rounds to k. k runs from 1 to half of that side, so the
    mean brightness and the corners do not count. White noise of variance v has S = v at each k. Power below
    that of rounding to 8 bits counts as the power of rounding, so that constant images have a score too.

    Durall et al. 2020 show such spectra, and that transposed convolutions distort high frequencies. The
    distance is a choice.
    """

    paper: ClassVar[str] = (
        "Durall et al. 2020, Watch your up-convolution, arXiv:2003.01826; "
        "Zeng et al. 2017, Statistics of deep generated images, arXiv:1708.02688"
    )
    keys: ClassVar[Keys] = {"power-spectrum-{samples}-{split}": ("min", None)}
    needs: ClassVar[tuple[str, ...]] = ("image",)

    def fit(self, reference: Reference) -> None:
        self.real = spectrum(self.as_many(reference))

    def compare(self, fake: Tensor) -> Tensor:
        """Of one replica's images [N, C, H, W]."""
        decibels = 10 * (spectrum(fake) / self.real).log10()
        return decibels.square().mean(0, keepdim=True).sqrt()


def spectrum(images: Tensor) -> Tensor:
    """S(1), S(2), ... of images [N, C, H, W], none below what rounding to 8 bits adds."""
    power = each(power_at_frequencies, images).mean(0).flatten()
    radius = radial_frequencies(*images.shape[-2:]).flatten().to(power.device)
    counts, sums = radius.bincount(), radius.bincount(power)
    half = min(images.shape[-2:]) // 2
    return (sums / counts.clamp(min=1))[1 : half + 1].clamp(min=FLOOR)


def power_at_frequencies(images: Tensor) -> Tensor:
    """|FFT|²/(H W) of each image: [N, H, W]."""
    return torch.fft.fft2(lightness(images), norm="ortho").abs().square()


def radial_frequencies(height: int, width: int) -> Tensor:
    """Distance of each frequency from 0 in cycles along the shorter side, rounded: [H, W]."""
    rows, columns = (torch.fft.fftfreq(length, dtype=torch.float64) for length in (height, width))
    return (min(height, width) * torch.hypot(rows[:, None], columns)).round().long()
