"""Peak signal-to-noise ratio of each sample and its nearest real image."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Keys, Reference, SampleMetric
from gbench_metrics._images import shown
from gbench_metrics._neighbours import nearest

CEILING = 100.0  # decibels; an error of 1e-5, which no screen shows


@dataclass(kw_only=True)
class Psnr(SampleMetric):
    """Mean of 10 log₁₀(1/MSE) in decibels, of images in [0, 1] and their nearest of all real ones.

    An error of e everywhere gives 20 log₁₀(1/e). A sample that resembles no image of the data scores low.
    Blur lowers the score only a little. Copies score highest, 100 dB each, where the definition is infinite.
    So a score above that of test images against the training set is not better. Borji 2019 lists it among the
    measures of image quality, where the true image is known. A GAN's sample has none, so its nearest real
    image takes that place (a choice).
    """

    paper: ClassVar[str] = (
        "Borji 2019, Pros and cons of GAN evaluation measures, section 2.1, arXiv:1802.03446"
    )
    keys: ClassVar[Keys] = {"psnr-{samples}-{split}": ("max", 0.0)}
    needs: ClassVar[tuple[str, ...]] = ("image",)

    def fit(self, reference: Reference) -> None:
        self.real = shown(self.everything(reference)).flatten(1)

    def compare(self, fake: Tensor) -> Tensor:
        """Of one replica's images [N, C, H, W]."""
        distance, _ = nearest(shown(fake).flatten(1), self.real)
        error = distance.square() / self.real.shape[1]
        return (-10 * error.log10()).clamp(max=CEILING).mean(0, keepdim=True)
