"""Log-likelihood of real samples under a Parzen window estimate of the generator's density."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch
from torch import Tensor

from gbench.api import Keys, Reference, SampleMetric, UserError, evenly, option

ROWS = 500  # real samples whose distances are held together


@dataclass(kw_only=True)
class ParzenLogLikelihood(SampleMetric):
    """Mean over real x of log 1/N Σ_j N(x; G(z_j), σ² I) in nats (Goodfellow et al. 2014, section 5).

    σ is the best of a geometric series of bandwidths on validation samples, which are training samples that
    the score leaves out. Images are scaled to [0, 1], as for the published numbers; other data stay as they
    are. There are at most as many real samples as generated ones, evenly spaced. Published numbers take
    10,000 generated samples and one of ten σ between 0.1 and 1; the series here is finer and starts lower.

    Theis et al. 2016 (arXiv:1511.01844) show that in many dimensions the estimate is far off and ranks models
    wrongly. It is here because published tables have it.
    """

    paper: ClassVar[str] = "Goodfellow et al. 2014, Generative adversarial nets, arXiv:1406.2661"
    keys: ClassVar[Keys] = {"parzen-log-likelihood-{samples}-{split}": ("max", None)}

    split: Literal["train", "test"] = option("test", "real samples whose likelihood is taken")
    narrowest: float = option(0.001, "least bandwidth (a choice)", gt=0)
    widest: float = option(1.0, "largest bandwidth (Goodfellow et al. 2014, their code)", gt=0)
    bandwidths: int = option(16, "bandwidths to choose from, five a decade (a choice)", ge=1)

    def fit(self, reference: Reference) -> None:
        self.image = len(reference.data.shape) == 3
        train = evenly(reference.train["real"], 2 * self.samples)
        if len(train) < 2:
            raise UserError(
                "parzen-log-likelihood: validation takes every other training sample; there is one"
            )
        self.validation = self.vectors(train[1::2])
        self.real = self.vectors(train[::2] if self.split == "train" else self.as_many(reference))

    def compare(self, fake: Tensor) -> Tensor:
        """Of one replica's samples [N, ...]."""
        points = self.vectors(fake)
        widths = np.geomspace(self.narrowest, self.widest, self.bandwidths).tolist()
        best = int(log_likelihoods(self.validation, points, widths).argmax())
        return log_likelihoods(self.real, points, [widths[best]])

    def vectors(self, samples: Tensor) -> Tensor:
        """Samples [N, ...] as rows of numbers in float64."""
        rows = samples.flatten(1).double()
        return (rows + 1) / 2 if self.image else rows


def log_likelihoods(real: Tensor, points: Tensor, bandwidths: list[float]) -> Tensor:
    """Mean log density of real [M, d] under Gaussians around points [N, d], for each bandwidth."""
    totals = real.new_zeros(len(bandwidths))
    for block in real.split(ROWS):
        squares = torch.cdist(block, points).square() / 2
        totals += torch.stack([(-squares / width**2).logsumexp(1).sum() for width in bandwidths])
    scale = real.shape[1] * (real.new_tensor(bandwidths).log() + math.log(2 * math.pi) / 2)
    return totals / len(real) - scale - math.log(len(points))
