"""The share of samples that lie near a mode of a known mixture."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Keys, Metric, Reference, Samples, option


@dataclass(kw_only=True)
class HighQuality(Metric):
    """The share of samples, 0..1, within `sigmas` standard deviations of the nearest centre.

    A perfect generator does not score 1: in the plane it scores 1 − exp(−sigmas²/2), which is 0.98889 at 3.
    In many dimensions nearly all of the true law lies farther out, so the share is meant for two dimensions
    (Srivastava et al. 2017).
    """

    paper: ClassVar[str] = "Srivastava et al. 2017, VEEGAN, arXiv:1705.07761"
    keys: ClassVar[Keys] = {"high-quality-{samples}": ("max", 0.0)}
    needs: ClassVar[tuple[str, ...]] = ("density",)

    samples: int = option(2500, "generated samples per replica", ge=1)
    sigmas: float = option(3.0, "high quality is this many standard deviations or nearer", gt=0)

    def fit(self, reference: Reference) -> None:
        self.density = reference.density

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of points [R, N, D]."""
        distance, _ = self.density.nearest(samples.fake)
        return self.named((distance <= self.sigmas * self.density.std).double().mean(1))
