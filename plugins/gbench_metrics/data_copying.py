"""Data copying: are generated samples nearer to the training samples than new real ones are?"""

import warnings
from dataclasses import dataclass
from typing import ClassVar

import torch
from scipy.stats import mannwhitneyu
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from torch import Tensor

from gbench.api import Keys, Metric, Reference, Samples, UserError, option
from gbench_metrics._neighbours import nearest


@dataclass(kw_only=True)
class DataCopying(Metric):
    """C_T = Σ_c n_c Z_c / Σ_c n_c over cells c of feature space, in standard deviations.

    Meehan et al. 2020, section 3: Z = (U − n m/2) / √(n m (n + m + 1)/12). U is the number of pairs of a test
    and a generated sample, out of n and m, in which the generated one is farther from its nearest training
    sample of the cell; ties count half. C_T is about 0 for new samples of the data's law, well below −3 if
    training samples are copied, and above 3 if the samples are farther away than data, which is not the best
    either. Cells are those of k-means on the training features. NaN if no cell has enough samples.
    """

    paper: ClassVar[str] = (
        "Meehan et al. 2020, A non-parametric test to detect data-copying, arXiv:2004.05675"
    )
    keys: ClassVar[Keys] = {"data-copying-{features}-{samples}": ("max", None)}

    features: str = option("pixels", "features to compare")
    cells: int = option(10, "cells of feature space (a choice)", ge=1)
    least: int = option(20, "generated samples from which on a cell counts (Meehan et al. 2020, code)", ge=1)

    def fit(self, reference: Reference) -> None:
        train, test = (reference.features(self.features, split).double() for split in ("train", "test"))
        if len(train) < self.cells:
            raise UserError(
                f"data-copying: {self.cells} cells need as many training samples, not {len(train)}"
            )
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", ConvergenceWarning
            )  # fewer different points than cells is no fault
            self.clusters = KMeans(self.cells, random_state=0, n_init=1).fit(train.cpu().numpy())
        self.train = [train[self.cell_of(train) == cell] for cell in range(self.cells)]
        within = [test[self.cell_of(test) == cell] for cell in range(self.cells)]
        self.test = [
            nearest(tested, trained)[0] if len(tested) and len(trained) else test.new_empty(0)
            for tested, trained in zip(within, self.train, strict=True)
        ]

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of features [R, N, d], in float64."""
        return self.of_each(self.compare, samples.features(self.features).double())

    def compare(self, fake: Tensor) -> Tensor:
        """C_T [] of one replica's features [N, d]."""
        total, weights = 0.0, 0
        if fake.isfinite().all():
            cells = self.cell_of(fake)
            for cell, (train, test) in enumerate(zip(self.train, self.test, strict=True)):
                within = fake[cells == cell]
                if len(within) >= self.least and len(test):
                    total += len(test) * standing(nearest(within, train)[0], test)
                    weights += len(test)
        return fake.new_tensor(total / weights if weights else torch.nan)

    def cell_of(self, x: Tensor) -> Tensor:
        """The index [N] of the cell of each row of x [N, d]."""
        return torch.from_numpy(self.clusters.predict(x.cpu().numpy())).to(x.device)


def standing(generated: Tensor, test: Tensor) -> float:
    """Z of distances [m] and [n]: how much greater the first ones are."""
    m, n = len(generated), len(test)
    above = mannwhitneyu(generated.cpu().numpy(), test.cpu().numpy(), method="asymptotic").statistic
    return float((above - m * n / 2) / (m * n * (m + n + 1) / 12) ** 0.5)
