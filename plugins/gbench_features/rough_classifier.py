"""The classifier where 95 % are out of reach: natural images such as CIFAR-10's."""

from dataclasses import dataclass

from gbench.api import option
from gbench_features.classifier import Classifier


@dataclass(kw_only=True)
class RoughClassifier(Classifier):
    """The network and training of the features `classifier`, content with less accuracy (a choice).

    Its votes count classes badly; its vectors still compare samples.
    """

    width: int = option(128, "length of a feature vector", ge=2)
    epochs: int = option(10, "passes over the training images", ge=1)
    min_accuracy: float = option(0.5, "least share of test images classified rightly", ge=0, le=1)
