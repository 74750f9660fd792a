"""Boundary distortion: what a classifier loses if it learns from generated samples instead of real ones."""

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from gbench.api import Keys, Metric, Reference, Samples, UserError, evenly, option


@dataclass(kw_only=True)
class BoundaryDistortion(Metric):
    """Test accuracy of a linear classifier that learns from real samples, minus that of one that learns from
    as many generated samples, −1..1 (Santurkar et al. 2018).

    A perfect generator scores about 0. One that draws the middle of each class, but not its boundary, loses
    accuracy, up to 1. Generated samples have the class that was asked for. If the game asks for none, they
    have the most probable class by `features`, as in the paper. Every class that occurs has the same weight,
    so it does not count how often a class is drawn; but a class that is never drawn is never predicted.

    The classifier is a choice, because it has one solution: ridge regression of the raw samples, such as
    pixels in [-1, 1], onto ±1 for each class, where the largest output wins. The paper trains one generator
    for each class, and linear, convolutional and residual classifiers.
    """

    paper: ClassVar[str] = (
        "Santurkar et al. 2018, A classification-based study of covariate shift in GAN distributions, "
        "arXiv:1711.00970"
    )
    keys: ClassVar[Keys] = {"boundary-distortion-{features}-{samples}": ("min", 1.0)}
    needs: ClassVar[tuple[str, ...]] = ("label",)

    features: str = option("classifier", "features whose class probabilities label the samples")
    ridge: float = option(1.0, "penalty on the squared weights of the linear classifier (a choice)", gt=0)

    def fit(self, reference: Reference) -> None:
        real, label = (evenly(reference.train[name], self.samples) for name in ("real", "label"))
        self.classes = reference.data.classes or int(label.max()) + 1
        self.test = reference.test["real"].flatten(1).double(), reference.test["label"]
        self.expected = self.accuracy(real, label)

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of samples [R, N, ...] and their labels, else probabilities [R, N, K]."""
        labels = samples.labels
        if labels is None:
            labels = self.guessed(samples)
        pairs = zip(samples.fake, labels, strict=True)
        return self.named(torch.stack([self.expected - self.accuracy(*pair) for pair in pairs]))

    def guessed(self, samples: Samples) -> Tensor:
        """The most probable class [R, N] of samples. Raises UserError if the features know other classes."""
        probabilities = samples.probabilities(self.features)
        if (known := probabilities.shape[-1]) != self.classes:
            raise UserError(
                f"boundary-distortion: features '{self.features}' tell {known} classes, and the data have "
                f"{self.classes}; use features classifier"
            )
        return probabilities.argmax(-1)

    def accuracy(self, images: Tensor, label: Tensor) -> Tensor:
        """Share of test samples that a classifier trained on images [N, ...] with labels [N] gets right."""
        rows, right = self.test
        weights, bias = linear_classifier(images.flatten(1).double(), label, self.classes, self.ridge)
        return ((rows @ weights + bias).argmax(1) == right).double().mean()


def linear_classifier(x: Tensor, label: Tensor, classes: int, ridge: float) -> tuple[Tensor, Tensor]:
    """Weights [d, K] and bias [K] of a ridge regression onto ±1, each class with the same total weight.

    They minimise Σ w_i ‖W x_i + b − y_i‖² + ridge ‖W‖². Of the two forms of the solution, with d or N
    unknowns, the smaller one is solved.
    """
    target = 2 * F.one_hot(label, classes).to(x) - 1
    counts = label.bincount(minlength=classes)
    mass = len(x) / ((counts > 0).sum() * counts[label]).to(x)[:, None]
    mean_x, mean_y = ((mass * rows).sum(0) / mass.sum() for rows in (x, target))
    rows, goals = mass.sqrt() * (x - mean_x), mass.sqrt() * (target - mean_y)
    eye = ridge * torch.eye(min(x.shape)).to(x)
    if len(x) < x.shape[1]:
        weights = rows.T @ torch.linalg.solve(rows @ rows.T + eye, goals)
    else:
        weights = torch.linalg.solve(rows.T @ rows + eye, rows.T @ goals)
    return weights, mean_y - mean_x @ weights
