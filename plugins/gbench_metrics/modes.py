"""How many modes of a known mixture the generator reaches."""

from dataclasses import dataclass
from typing import ClassVar

import torch.nn.functional as F
from torch import Tensor

from gbench.api import Keys, Metric, Reference, Samples, option


@dataclass(kw_only=True)
class Modes(Metric):
    """Number of captured modes, 0..K.

    A mode is captured if at least one generated sample is nearest to it and of high quality, which means
    within `sigmas` standard deviations of its centre (Srivastava et al. 2017, section 4.1).
    """

    paper: ClassVar[str] = "Srivastava et al. 2017, VEEGAN, arXiv:1705.07761"
    keys: ClassVar[Keys] = {"modes-{samples}": ("max", 0.0)}
    needs: ClassVar[tuple[str, ...]] = ("density",)

    samples: int = option(2500, "generated samples per replica", ge=1)
    sigmas: float = option(3.0, "high quality is this many standard deviations or nearer", gt=0)

    def fit(self, reference: Reference) -> None:
        self.density = reference.density

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of points [R, N, D]."""
        distance, mode = self.density.nearest(samples.fake)
        good = distance <= self.sigmas * self.density.std
        reached = F.one_hot(mode, self.density.modes) * good[..., None]
        return self.named(reached.amax(1).sum(1))
