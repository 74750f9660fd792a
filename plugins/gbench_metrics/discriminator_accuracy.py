"""Discriminator accuracy: how often the discriminator is right about real and generated samples."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Keys, Samples, ScoreMetric


@dataclass(kw_only=True)
class DiscriminatorAccuracy(ScoreMetric):
    """(P(D(x) > 0) + P(D(G(z)) < 0)) / 2, for scores that are log-odds of being real.

    0.5 if it cannot tell them apart, as at the equilibrium, and 1 if it is always right. Scores of critics
    have no zero of their own, and energies have none at all, so there the number means nothing. `split:
    train` compared with the default shows how far the discriminator has memorised the data. NaN if the game
    has no discriminator of single samples.
    """

    paper: ClassVar[str] = "Goodfellow et al. 2014, Generative adversarial nets, section 4, arXiv:1406.2661"
    keys: ClassVar[Keys] = {"discriminator-accuracy-{samples}-{split}": ("min", 1.0)}

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of scores [R, N]; a score of 0 is half right."""
        real, fake = (torch.where(side.isnan(), side, side.sign()).mean(1) for side in self.scores(samples))
        right = (real - fake) / 4 + 0.5
        return self.named(right)
