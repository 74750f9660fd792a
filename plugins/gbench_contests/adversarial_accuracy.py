"""Adversarial accuracy: does a classifier of generated samples do as well as one of real samples?"""

from dataclasses import dataclass
from typing import ClassVar

from gbench.api import ContestField, ContestResult, ContestTable, Keys
from gbench_contests._classifier import Classifying, accuracy, unlabelled_notes


@dataclass(kw_only=True)
class AdversarialAccuracy(Classifying):
    """The accuracy on real test samples, in [0, 1], of a classifier P_g(y|x) that was trained on generated
    samples with the classes that were asked for.

    Compare it with the accuracy of P_r(y|x), which was trained on as many real samples: the table has it. The
    closer the two laws are, the closer are the two numbers.

    Diverged replicas score 0. Games without labels stay out (Yang et al. 2017 train a generator for each
    class). Cost: a classifier for each replica, and a real one, of `epochs` passes over `samples` vectors.
    """

    paper: ClassVar[str] = (
        "Yang et al. 2017, LR-GAN: Layered recursive generative adversarial networks, section 5.2, "
        "arXiv:1703.01560"
    )
    keys: ClassVar[Keys] = {"adversarial-accuracy-{features}-{samples}": ("max", 0.0)}
    needs: ClassVar[tuple[str, ...]] = ("label",)

    def play(self, field: ContestField) -> ContestResult:
        known, classes = self.labelled(field), field.data.classes or 1
        test = self.real(field, "test")
        real = accuracy(self.trained(self.real(field, "train", self.samples), classes), test)
        found = {n: accuracy(self.trained(samples, classes), test) for n, samples in known.items()}
        rows = [[field.entrants[n].name, score, real] for n, score in found.items()]
        return ContestResult(
            {self.names()[0]: found},
            {"accuracies": ContestTable(["replica", "of generated", "of real"], rows)},
            unlabelled_notes(field, field.fit(self.samples), known),
        )
