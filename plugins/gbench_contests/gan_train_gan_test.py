"""GAN-train and GAN-test: classifiers trained on generated samples, and tested on them."""

from dataclasses import dataclass
from typing import ClassVar

from gbench.api import ContestField, ContestResult, ContestTable, Keys
from gbench_contests._classifier import Classifying, accuracy, unlabelled_notes


@dataclass(kw_only=True)
class GanTrainGanTest(Classifying):
    """Two numbers in [0, 1] of generators that are told a class:

        GAN-train    accuracy on real test samples of a classifier trained on generated ones: recall
        GAN-test     accuracy on generated samples of a classifier trained on real ones: precision

    All classifiers see the same number of samples; the real ones are evenly spaced in the training split. The
    table has the accuracy of the real classifier on real test samples (GAN-base), which is what a perfect
    generator reaches. The paper takes ResNets on CIFAR and ImageNet; here it is one hidden layer on the
    features. Diverged replicas score 0. Games without labels stay out.

    Cost: a classifier for each replica, and a real one, of `epochs` passes over `samples` vectors.
    """

    paper: ClassVar[str] = "Shmelkov et al. 2018, How good is my GAN?, section 3, arXiv:1807.09499"
    keys: ClassVar[Keys] = {
        "gan-train-{features}-{samples}": ("max", 0.0),
        "gan-test-{features}-{samples}": ("max", 0.0),
    }
    needs: ClassVar[tuple[str, ...]] = ("label",)

    def play(self, field: ContestField) -> ContestResult:
        known, classes = self.labelled(field), field.data.classes or 1
        test = self.real(field, "test")
        base = self.trained(self.real(field, "train", self.samples), classes)
        train = {n: accuracy(self.trained(samples, classes), test) for n, samples in known.items()}
        tested = {n: accuracy(base, samples) for n, samples in known.items()}
        return ContestResult(
            dict(zip(self.names(), (train, tested), strict=True)),
            {"gan-base": ContestTable(["trained and tested on real samples"], [[accuracy(base, test)]])},
            unlabelled_notes(field, field.fit(self.samples), known),
        )
