"""Kullback–Leibler divergence of real from generated samples, as a discriminator of f-GAN bounds it."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Keys, Samples, ScoreMetric


@dataclass(kw_only=True)
class KullbackLeibler(ScoreMetric):
    """E T(x) − E exp(T(G(z)) − 1) ≤ KL(p ‖ g) in nats, with T the game's own discriminator.

    They are equal if T = 1 + log(p/g) (Nowozin et al. 2016, table 2), which the loss f-divergence with
    `divergence: kl` trains T to be. After any other loss it is a bound too, but it may be a poor one. If the
    supports do not meet, the divergence is infinite, and the bound grows as long as the discriminator trains.
    """

    paper: ClassVar[str] = "Nowozin et al. 2016, f-GAN, eq. 4 and table 2, arXiv:1606.00709"
    keys: ClassVar[Keys] = {"kullback-leibler-{samples}-{split}": ("min", None)}

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of scores [R, N]."""
        real, fake = self.scores(samples)
        return self.named(real.mean(1) - (fake - 1).exp().mean(1))
