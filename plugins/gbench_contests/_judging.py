"""Contests in which the discriminators judge everybody's samples."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from gbench.api import Contest, ContestField, UserError, evenly, option


@dataclass(frozen=True)
class Decisions:
    """What the discriminators get wrong, as shares: 1, 0, or ½ for a score on the cut.

    generators, judges: entrants. real [J, N]: real samples taken for generated ones.
    fake [G, J, N]: generated samples taken for real ones.
    """

    generators: list[int]
    judges: list[int]
    real: Tensor
    fake: Tensor

    def fooled(self, generator: int, judge: int) -> float:
        """The share of a generator's samples that a discriminator takes for real."""
        return self.fake[self.generators.index(generator), self.judges.index(judge)].mean().item()


@dataclass(kw_only=True)
class Judging(Contest):
    """Base of contests with the entrants' own discriminators; those without one only generate.

    Scores of different losses have no common zero. By default a discriminator takes a sample for real if its
    score is above the middle of two medians: of training samples, and of its own generator's samples.
    """

    cut: Literal["middle", "zero"] = option(
        "middle", "what parts real from generated: the middle of its own medians, or the score 0 (a choice)"
    )

    def decisions(self, field: ContestField, least: int = 2) -> Decisions:
        """Every judge on every generator, and on as many test samples, or all of these if they are fewer."""
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
        """[J, 1]"""
        if self.cut == "zero":
            return fake.new_zeros(len(judges), 1)
        real = field.scores(evenly(field.reference.train["real"], self.samples))[judges]
        own = torch.stack([fake[generators.index(judge), row] for row, judge in enumerate(judges)])
        return (real.quantile(0.5, dim=1, keepdim=True) + own.quantile(0.5, dim=1, keepdim=True)) / 2


def above(scores: Tensor, cuts: Tensor) -> Tensor:
    """1 above the cut, 0 below it, ½ on it."""
    return ((scores > cuts).double() + (scores >= cuts).double()) / 2


def idle_notes(field: ContestField, decisions: Decisions, consequence: str) -> list[str]:
    """A line for each cell whose discriminators judge nobody though a replica of it was trained."""
    return [
        f"{label}: its game has no discriminator that judges single samples, so it {consequence}"
        for label, members in field.cells.items()
        if set(members) & set(decisions.generators) and not set(members) & set(decisions.judges)
    ]
