"""Adversarial divergence: how far a classifier of generated samples is from one of real samples."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gbench.api import ContestField, ContestResult, Keys
from gbench_contests._classifier import Classifying, unlabelled_notes

LEAST = 1e-12  # smaller probabilities count as this one, because they are a classifier's rounding


@dataclass(kw_only=True)
class AdversarialDivergence(Classifying):
    """E_x KL(P_g(y|x) ‖ P_r(y|x)) over real test samples x, in nats; 0 is best.

    P_g is a classifier that was trained on generated samples with the classes that were asked for, P_r one
    that was trained on as many real samples. The direction is that of Borji 2019. Probabilities below 1e-12
    count as 1e-12. Diverged replicas have no number, which counts as the worst. Games without labels stay
    out. Cost: a classifier for each replica, and a real one, of `epochs` passes over `samples` vectors.
    """

    paper: ClassVar[str] = (
        "Yang et al. 2017, LR-GAN: Layered recursive generative adversarial networks, section 5.2, "
        "arXiv:1703.01560"
    )
    keys: ClassVar[Keys] = {"adversarial-divergence-{features}-{samples}": ("min", None)}
    needs: ClassVar[tuple[str, ...]] = ("label",)

    def play(self, field: ContestField) -> ContestResult:
        known, classes = self.labelled(field), field.data.classes or 1
        rows = self.real(field, "test").rows
        real = self.trained(self.real(field, "train", self.samples), classes).predict_proba(rows)
        found = {
            n: divergence(self.trained(samples, classes).predict_proba(rows), real)
            for n, samples in known.items()
        }
        notes = unlabelled_notes(field, field.fit(self.samples), known)
        return ContestResult({self.names()[0]: found}, notes=notes)


def divergence(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """The mean KL(first ‖ second) of rows of probabilities [N, K]."""
    p, q = (np.clip(chances.astype(np.float64), LEAST, 1) for chances in (first, second))
    return float((p * np.log(p / q)).sum(1).mean())
