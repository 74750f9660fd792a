"""Number of statistically different bins: in how many places are there too many or too few samples?"""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from scipy.stats import norm
from sklearn.cluster import KMeans
from torch import Tensor

from gbench.api import Keys, Metric, Reference, Samples, UserError, evenly, option
from gbench_metrics._neighbours import nearest

MAX_FITTED = 10_000  # real samples that the bins are fitted to, at most


@dataclass(kw_only=True)
class Ndb(Metric):
    """Two comparisons of the shares of K bins among generated and real samples (Richardson, Weiss 2018):

    - ndb: the share of bins, 0..1, that differ by the two-proportion z-test at `significance`, two-sided and
      with pooled variance. A perfect generator has about `significance`, not 0. The paper calls it NDB/K;
    - ndb-jsd: Jensen–Shannon divergence of the two histograms in nats, 0..log 2.

    Bins are the cells of one run of k-means from a fixed seed, on at most 10,000 real samples, evenly spaced
    (a choice). All real samples of the split are counted. z is 0 for a bin that holds none or all of them.
    """

    paper: ClassVar[str] = "Richardson, Weiss 2018, On GANs and GMMs, arXiv:1805.12462"
    keys: ClassVar[Keys] = {
        "ndb-{features}-{samples}-{split}-{bins}bins": ("min", 1.0),
        "ndb-jsd-{features}-{samples}-{split}-{bins}bins": ("min", 0.6931471805599453),
    }

    features: str = option("pixels", "features in which bins are formed")
    split: Literal["train", "test"] = option("train", "real samples that form the bins and fill them")
    bins: int = option(100, "K, the number of bins (Richardson, Weiss 2018)", ge=2)
    significance: float = option(0.05, "level of the test (Richardson, Weiss 2018)", gt=0, lt=1)

    def fit(self, reference: Reference) -> None:
        real = reference.features(self.features, self.split)
        rows = evenly(real, MAX_FITTED).double()
        if (different := len(rows.unique(dim=0))) < self.bins:
            raise UserError(
                f"ndb: {self.bins} bins need as many different real samples; there are {different}"
            )
        found = KMeans(self.bins, n_init=1, random_state=0).fit(rows.cpu().numpy())
        self.centres = torch.from_numpy(found.cluster_centers_).to(real.device)
        self.real, self.real_count = self.shares(real), len(real)

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of features [R, N, d]."""
        features = samples.features(self.features)
        fake = torch.stack([self.shares(rows) for rows in features])
        fake[~features.flatten(1).isfinite().all(1)] = torch.nan
        different = self.statistic(fake, samples.fake.shape[1]).abs() > norm.isf(self.significance / 2)
        share = different.double().mean(1).masked_fill(fake.isnan().any(1), torch.nan)
        return self.named(share, divergence(fake, self.real))

    def shares(self, features: Tensor) -> Tensor:
        """Share [K] of features [N, d] in each bin."""
        _, which = nearest(features, self.centres)
        return which.bincount(minlength=self.bins).double() / len(features)

    def statistic(self, fake: Tensor, n: int) -> Tensor:
        """z [R, K] of each bin's share among n samples."""
        m = self.real_count
        pooled = (n * fake + m * self.real) / (n + m)
        deviation = (pooled * (1 - pooled) * (1 / n + 1 / m)).sqrt()
        return torch.where(deviation > 0, (fake - self.real) / deviation, 0.0)


def divergence(p: Tensor, q: Tensor) -> Tensor:
    """Jensen–Shannon divergence [R] of histograms [R, K] and [K], in nats."""
    middle = (p + q) / 2
    entropies = [torch.special.entr(share).sum(-1) for share in (middle, p, q)]
    return (entropies[0] - (entropies[1] + entropies[2]) / 2).clamp(0, math.log(2))
