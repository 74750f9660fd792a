"""Normalised relative discriminative score: which samples a new discriminator is slowest to recognise."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gbench.api import ContestField, ContestResult, ContestTable, Keys, evenly
from gbench_contests._classifier import Classifying, Floats, Labelled, epochs_of

Doubles = NDArray[np.float64]


@dataclass(kw_only=True)
class Nrds(Classifying):
    """One discriminator learns to tell real samples from those of all entrants. After each epoch its mean
    output, the chance of being real, is taken on each entrant's samples. This gives a curve for each entrant:

        NRDS_i = A_i / Σ_j A_j        with A the area under the curve over the epochs

    in [0, 1]. More is better; the sum over all E replicas of all cells is 1, so an average one has 1/E. The
    discriminator is trained on half of each entrant's samples, and the curve is taken on the other half. Real
    samples are repeated until they are as many as the generated ones (a choice). The paper goes on until
    every curve has reached 0; here the number of epochs is fixed. Diverged replicas have area 0.

    Cost: `epochs` passes over E·samples vectors, half of them real, and as many predictions.
    """

    paper: ClassVar[str] = (
        "Zhang et al. 2018, Decoupled learning for conditional adversarial networks, section 4, "
        "arXiv:1801.06790"
    )
    keys: ClassVar[Keys] = {"nrds-{features}-{samples}": ("max", 0.0)}

    def play(self, field: ContestField) -> ContestResult:
        fit = field.fit(self.samples, 2)
        half = self.samples // 2
        shown = [self.vectors(field, field.features(n, self.samples, self.features)) for n in fit]
        real = self.vectors(field, evenly(field.reference.features(self.features), half * len(fit)))
        training = against(real, np.concatenate([rows[:half] for rows in shown]))
        curves = np.array(
            [
                [network.predict_proba(rows[half:])[:, 1].mean() for rows in shown]
                for network in epochs_of(training, 2, self.width, self.epochs)
            ],
            np.float64,
        )
        scores = dict(zip(fit, normalised(curves).tolist(), strict=True))
        return ContestResult({self.names()[0]: scores}, {"curves": curve_table(field, fit, curves)})


def against(real: Floats, fake: Floats) -> Labelled:
    """Both as one set with the classes 1 and 0; real ones are repeated until they are as many."""
    rows = np.resize(real, fake.shape)
    labels = np.repeat([1, 0], [len(rows), len(fake)])
    return Labelled(np.concatenate([rows, fake]), labels)


def normalised(curves: Doubles) -> Doubles:
    """The share [E] of each entrant in the area under all curves [epochs, E]."""
    areas = curves.sum(0)
    shares: Doubles = areas / areas.sum()
    return shares


def curve_table(field: ContestField, fit: list[int], curves: Doubles) -> ContestTable:
    """The mean curve of each cell's replicas, a column for each epoch."""
    rows: list[list[Any]] = []
    for label, members in field.cells.items():
        if own := [fit.index(number) for number in members if number in fit]:
            rows.append([label, *curves[:, own].mean(1).tolist()])
    return ContestTable(["technique", *map(str, range(1, len(curves) + 1))], rows)
