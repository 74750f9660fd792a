"""Jensen–Shannon divergence of real and generated samples, as the discriminator tells them apart."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch.nn.functional as F
from torch import Tensor

from gbench.api import Keys, Samples, ScoreMetric


@dataclass(kw_only=True)
class JensenShannon(ScoreMetric):
    """log 2 + ½ E log σ(a_r) + ½ E log(1 − σ(a_g)) in nats, at most log 2, with the game's own discriminator.

    Goodfellow et al. 2014, theorem 1: the discriminator's value is −log 4 + 2 JS where σ(a) = p/(p + g), and
    less for any other scores. So this is a lower bound, which is useful after a loss that trains a logit. It
    can be negative. NaN if the game has no discriminator of single samples.
    """

    paper: ClassVar[str] = "Goodfellow et al. 2014, Generative adversarial nets, theorem 1, arXiv:1406.2661"
    keys: ClassVar[Keys] = {"jensen-shannon-{samples}-{split}": ("min", 0.6931471805599453)}

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of logits [R, N]."""
        real, fake = self.scores(samples)
        return self.named(math.log(2) - F.softplus(-real).mean(1) / 2 - F.softplus(fake).mean(1) / 2)
