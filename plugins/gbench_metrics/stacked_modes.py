"""How many modes of stacked digits the generator reaches, and how evenly."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Keys, Metric, Samples, option


@dataclass(kw_only=True)
class StackedModes(Metric):
    """A mode is a triple of digits: what a classifier sees in each of the three channels, 1000 in all.

    - stacked-modes: how many of the K modes get at least one sample;
    - stacked-kl: KL(g ‖ u) = Σ_k g_k log(K g_k) in nats, 0..log K, from the modes' shares g to even ones.

    A perfect generator's N samples miss K (1 − 1/K)^N modes, which is 0.045 of 1000 for N = 10,000 and none
    for 26,000. They have a KL of (K − 1) / 2N, which is 0.05 and 0.019. A sample whose digits are misread can
    add a mode too, so look at the classifier's accuracy, which is among the facts of an attempt.

    26,000 samples are the protocol of Srivastava et al. 2017; Metz et al. 2017 took 25,600. They classify by
    a network for MNIST, so here it is a network for the data set's own digits.
    """

    paper: ClassVar[str] = "Srivastava et al. 2017, VEEGAN, section 4.2, arXiv:1705.07761"
    keys: ClassVar[Keys] = {
        "stacked-modes-{samples}": ("max", 0.0),
        "stacked-kl-{samples}": ("min", None),
    }
    needs: ClassVar[tuple[str, ...]] = ("image", "label", "stacked")

    samples: int = option(26_000, "generated samples per replica (Srivastava et al. 2017)", ge=1)
    features: str = option("channel-classifier", "features that hold each channel's probabilities")

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of images [R, N, C, H, W] and vectors [R, N, C·K]; NaN where any vector is not finite."""
        vectors = samples.features(self.features)
        votes = vectors.unflatten(-1, (samples.fake.shape[2], -1))
        digits = votes.shape[-1]
        place = digits ** torch.arange(votes.shape[-2] - 1, -1, -1, device=votes.device)
        modes = (votes.argmax(-1) * place).sum(-1)
        counts = torch.stack([row.bincount(minlength=digits ** len(place)) for row in modes])
        share = counts.double() / modes.shape[1]
        share[~vectors.flatten(1).isfinite().all(1)] = torch.nan
        reached = torch.where(share.isnan(), share, (share > 0).double())
        return self.named(reached.sum(1), share.xlogy(share * share.shape[1]).sum(1))
