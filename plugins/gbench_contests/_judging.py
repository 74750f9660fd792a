"""Contests in which the discriminators of all entrants judge the samples of all entrants.

A judge is an entrant whose discriminator scores single samples.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from gbench.api import Contest, ContestField, UserError, evenly, option


@dataclass(frozen=True)
class Decisions:
    """What the judges get wrong: 1 for a wrong decision, 0 for a right one, ½ for a score on the cut."""

    #: The G entrants that generate.
    generators: list[int]

    #: The J entrants that judge.
    judges: list[int]

    #: Real samples that were taken for generated ones, [J, N].
    real: Tensor

    #: Generated samples that were taken for real ones, [G, J, N].
    fake: Tensor

    def fooled(self, generator: int, judge: int) -> float:
        """The share of a generator's samples that a discriminator takes for real."""
        return self.fake[self.generators.index(generator), self.judges.index(judge)].mean().item()


@dataclass(kw_only=True)
class Judging(Contest):
    """Base of contests with the entrants' own discriminators. Entrants without one only generate.

    Scores of different losses have no common zero. So by default a discriminator takes a sample for real if
    the score is above the middle of two medians: of training samples, and of its own generator's samples.
    """

    cut: Literal["middle", "zero"] = option(
        "middle", "what parts real from generated: the middle of its own medians, or the score 0 (a choice)"
    )

    def decisions(self, field: ContestField, least: int = 2) -> Decisions:
        """The decisions of every judge on every generator and on as many test samples, or all of fewer."""
        generators = field.fit(self.samples, least)
        real = field.scores(evenly(field.reference.test["real"], self.samples))
        judges = [number for number in generators if self._judges(field, number, real[number])]
        if len(judges) < least:
            raise UserError(
                f"it takes {least} discriminators that judge single samples, and of {len(generators)} "
                f"trained replicas {len(judges)} have one; use game adversarial without packing"
            )
        fake = torch.stack([field.scores(field.generated(g, self.samples))[judges] for g in generators])
        cuts = self._cuts(field, generators, judges, fake)
        return Decisions(generators, judges, 1 - above(real[judges], cuts), above(fake, cuts))

    def _judges(self, field: ContestField, number: int, real: Tensor) -> bool:
        """Whether an entrant has a finite score for every real sample, and for its own."""
        own = field.scores(field.generated(number, self.samples))[number]
        return bool(real.isfinite().all() and own.isfinite().all())

    def _cuts(self, field: ContestField, generators: list[int], judges: list[int], fake: Tensor) -> Tensor:
        """The score [J, 1] above which each judge takes a sample for real."""
        if self.cut == "zero":
            return fake.new_zeros(len(judges), 1)
        real = field.scores(evenly(field.reference.train["real"], self.samples))[judges]
        own = torch.stack([fake[generators.index(judge), row] for row, judge in enumerate(judges)])
        return (real.quantile(0.5, dim=1, keepdim=True) + own.quantile(0.5, dim=1, keepdim=True)) / 2


def above(scores: Tensor, cuts: Tensor) -> Tensor:
    """1 above the cut, 0 below it, ½ on it."""
    return ((scores > cuts).double() + (scores >= cuts).double()) / 2


def idle_notes(field: ContestField, decisions: Decisions, consequence: str) -> list[str]:
    """A line for each cell that was trained, but whose discriminators cannot judge."""
    return [
        f"{label}: its game has no discriminator that judges single samples, so it {consequence}"
        for label, members in field.cells.items()
        if set(members) & set(decisions.generators) and not set(members) & set(decisions.judges)
    ]
