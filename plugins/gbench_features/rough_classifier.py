"""The classifier for data on which it cannot reach 95 %, such as the natural images of CIFAR-10."""

from dataclasses import dataclass

from gbench.api import option
from gbench_features.classifier import Classifier


@dataclass(kw_only=True)
class RoughClassifier(Classifier):
    """The network and training of the features `classifier`, with a lower least accuracy (a choice).

    Its classes are often wrong, so they are no good for counting classes, but its vectors still compare
    samples.
    """

    width: int = option(128, "length of a feature vector", ge=2)
    epochs: int = option(10, "passes over the training images", ge=1)
    min_accuracy: float = option(0.5, "least share of test images classified rightly", ge=0, le=1)
