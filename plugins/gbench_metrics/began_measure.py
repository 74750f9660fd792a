"""BEGAN's global measure of convergence, from the energies of its discriminator."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Keys, Samples, ScoreMetric, option


@dataclass(kw_only=True)
class BeganMeasure(ScoreMetric):
    """M = L(x) + |γ L(x) − L(G(z))| (Berthelot et al. 2017, section 3.4.1), with L the mean energy that the
    game's own discriminator gives, which is the reconstruction error of an autoencoder.

    It is small if real samples are reconstructed well and the two errors are in equilibrium. It has the units
    of the energy, so only runs of one model can be compared. Energies are never negative: the score is NaN if
    the discriminator gives anything below 0, or does not score single samples.
    """

    paper: ClassVar[str] = "Berthelot et al. 2017, BEGAN, arXiv:1703.10717"
    keys: ClassVar[Keys] = {"began-measure-{samples}-{split}": ("min", None)}

    gamma: float = option(0.5, "γ, the diversity ratio (Berthelot et al. 2017); the loss's own", gt=0, le=1)

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of energies [R, N]."""
        energies = self.scores(samples)
        real, fake = (energy.mean(1) for energy in energies)
        scores = torch.cat(energies, 1).amin(1) < 0
        return self.named((real + (self.gamma * real - fake).abs()).masked_fill(scores, torch.nan))
