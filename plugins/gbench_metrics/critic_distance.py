"""Critic distance: by how much the discriminator scores real samples above generated ones."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Keys, Samples, ScoreMetric


@dataclass(kw_only=True)
class CriticDistance(ScoreMetric):
    """E D(x) − E D(G(z)), with the game's own discriminator, in the units of its scores.

    For a critic with ‖∇D‖ ≤ 1 it is a lower bound on W₁ of the two laws, and equal to it for the best critic
    (Arjovsky et al. 2017, eq. 2). With a Lipschitz constant K it is a bound on K·W₁. After weight clipping K
    is unknown, and without any constraint the number means nothing. A two-sided gradient penalty lets the
    slope exceed 1 a little. Borji 2019 lists it as the Wasserstein critic, which is trained for the purpose
    there. NaN if the game has no discriminator of single samples.
    """

    paper: ClassVar[str] = "Arjovsky et al. 2017, Wasserstein GAN, section 3, arXiv:1701.07875"
    keys: ClassVar[Keys] = {"critic-distance-{samples}-{split}": ("min", None)}

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of scores [R, N]."""
        real, fake = self.scores(samples)
        return self.named(real.mean(1) - fake.mean(1))
