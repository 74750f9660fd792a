"""Precision and recall of distributions (PRD): F8 and F1/8 of histograms over clusters of features."""

import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning
from torch import Tensor

from gbench.api import FeatureMetric, Keys, Reference, option

Floats = NDArray[np.float64]


@dataclass(kw_only=True)
class PrecisionRecallDistributions(FeatureMetric):
    """With p and q the shares of real and generated samples in each cluster of both, and for a slope λ > 0

        precision α(λ) = Σ_c min(λ p_c, q_c),  recall β(λ) = α(λ)/λ  (Sajjadi et al. 2018, section 3.2),

    F_w = max over λ of (1 + w²) α β / (w² α + β), 0..1:

    - prd-recall: F_8;
    - prd-precision: F_1/8.

    As many real as generated samples are clustered together by k-means, and the score is the mean over `runs`
    runs. The maximum is exact, because it lies at one of the kinks λ = q_c/p_c; the paper's code tries 1,001
    slopes.
    """

    paper: ClassVar[str] = (
        "Sajjadi et al. 2018, Assessing generative models via precision and recall, arXiv:1806.00035"
    )
    keys: ClassVar[Keys] = {
        "prd-recall-{features}-{samples}-{split}": ("max", 0.0),
        "prd-precision-{features}-{samples}-{split}": ("max", 0.0),
    }

    clusters: int = option(20, "clusters of k-means (Sajjadi et al. 2018)", ge=1)
    runs: int = option(10, "times it is clustered (Sajjadi et al. 2018)", ge=1)
    weight: float = option(8.0, "w, and 1/w for precision (Sajjadi et al. 2018)", ge=1)

    def fit(self, reference: Reference) -> None:
        self.real = self.as_many(reference, least=self.clusters)

    def compare(self, fake: Tensor) -> Tensor:
        """Recall and precision [2] of one replica's features [N, d]."""
        sets = [features.double().cpu().numpy() for features in (self.real, fake[: len(self.real)])]
        scores = [self.scores(*shares(sets, self.clusters, run)) for run in range(self.runs)]
        return torch.tensor(scores, dtype=torch.float64, device=fake.device).mean(0)

    def scores(self, real: Floats, fake: Floats) -> list[float]:
        """Recall and precision of two histograms [K]."""
        return [best_f(real, fake, weight) for weight in (self.weight, 1 / self.weight)]


def shares(sets: list[Floats], clusters: int, seed: int) -> list[Floats]:
    """The histogram [K] of each of the sets [N, d] over clusters of all of them."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ConvergenceWarning
        )  # fewer different points than clusters is no fault
        means = MiniBatchKMeans(clusters, n_init=10, random_state=seed).fit(np.concatenate(sets))
    return [np.bincount(means.predict(rows), minlength=clusters) / len(rows) for rows in sets]


def best_f(real: Floats, fake: Floats, weight: float) -> float:
    """Greatest F of histograms [K]: (1 + w²) α(λ) / (1 + w² λ), which is monotonic between the kinks."""
    both = (real > 0) & (fake > 0)
    slopes = fake[both] / real[both]
    precision = np.minimum(slopes[:, None] * real, fake).sum(1)
    return float(((1 + weight**2) * precision / (1 + weight**2 * slopes)).max(initial=0.0))
