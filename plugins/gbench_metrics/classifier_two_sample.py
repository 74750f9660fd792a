"""Classifier two-sample test: how well a linear classifier tells real from generated."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from gbench.api import FeatureMetric, Keys, Reference, option

STEPS = 10_000  # of the solver, at most; it usually stops long before


@dataclass(kw_only=True)
class ClassifierTwoSample(FeatureMetric):
    """Accuracy, 0..1, of a logistic regression that is trained on half of the samples and tested on the
    others.

    Lopez-Paz and Oquab 2017, section 3: two sets of one law give 0.5, with a standard deviation of 0.5/√N for
    N samples each. Gaussians of unit covariance at distance δ give Φ(δ/2). The paper trains a small network
    or takes neighbours; a linear classifier on good features is a choice. Every second sample is trained on.
    Features are standardised. If they have more dimensions than there are samples, any two sets can be
    separated, and only the penalty limits the accuracy.
    """

    paper: ClassVar[str] = (
        "Lopez-Paz and Oquab 2017, Revisiting classifier two-sample tests, arXiv:1610.06545"
    )
    keys: ClassVar[Keys] = {"c2st-{features}-{samples}-{split}": ("min", 1.0)}

    penalty: float = option(1.0, "weight of ‖w‖²/2 beside the sum of losses (scikit-learn's 1/C)", gt=0)

    def fit(self, reference: Reference) -> None:
        self.real = self.as_many(reference, least=4)

    def compare(self, fake: Tensor) -> Tensor:
        """Accuracy [1] of one replica's features [N, d]."""
        sets = [features.double().cpu().numpy() for features in (self.real, fake[: len(self.real)])]
        classifier = make_pipeline(StandardScaler(), LogisticRegression(C=1 / self.penalty, max_iter=STEPS))
        classifier.fit(*labelled([features[::2] for features in sets]))
        accuracy = classifier.score(*labelled([features[1::2] for features in sets]))
        return torch.tensor([accuracy], dtype=torch.float64, device=fake.device)


def labelled(sets: list[NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Several sets as one, and for each row the number of its set."""
    return np.concatenate(sets), np.repeat(np.arange(len(sets)), [len(rows) for rows in sets])
