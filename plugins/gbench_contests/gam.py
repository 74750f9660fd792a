"""Generative adversarial metric: battles of two trained models that swap their discriminators."""

import math
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Any, ClassVar, NamedTuple

from gbench.api import ContestField, ContestResult, ContestTable, Keys, option
from gbench_contests._judging import Decisions, Judging, idle_notes


class Battle(NamedTuple):
    """A battle of two entrants."""

    first: int
    second: int

    #: r_test, the ratio of errors on real test samples.
    test: float

    #: r_samples, the ratio of errors on each other's samples.
    samples: float

    #: What the first gets: 1, 0, or ½ if it is undecided.
    outcome: float


@dataclass(kw_only=True)
class Gam(Judging):
    """With ε the share of wrong decisions, a battle of the models (G₁, D₁) and (G₂, D₂) has the ratios

        r_test      ε(D₁(x)) / ε(D₂(x))              on real test samples
        r_samples   ε(D₁(G₂(z))) / ε(D₂(G₁(z)))      on each other's samples

    The first wins if r_samples < 1 and r_test ≃ 1, the second if r_samples > 1 and r_test ≃ 1. Otherwise the
    battle is undecided, because if one discriminator knows the test data much better, the battle tells
    nothing about the generators. The paper does not say what ≃ allows; here it is 1/(1 + tolerance) to 1 +
    tolerance. 0/0 counts as 1.

    Every replica meets every other one, also those of its own cell. `gam` is the share of battles that it
    wins, with half of the undecided ones, in [0, 1]. Diverged replicas lose all battles. Models whose game
    has no discriminator of single samples stay out. Cost: E discriminators look at (E + 2)·N samples; E(E −
    1)/2 battles.
    """

    paper: ClassVar[str] = (
        "Im et al. 2016, Generating images with recurrent adversarial networks, section 4, arXiv:1602.05110"
    )
    keys: ClassVar[Keys] = {"gam-{samples}": ("max", 0.0)}

    tolerance: float = option(0.5, "by how much r_test may differ from 1 (a choice)", ge=0)

    def play(self, field: ContestField) -> ContestResult:
        decisions = self.decisions(field)
        battles = [self.battle(decisions, *pair) for pair in combinations(decisions.judges, 2)]
        diverged = len(field.entrants) - len(decisions.generators)
        won = {number: float(diverged) for number in decisions.judges}
        for battle in battles:
            won[battle.first] += battle.outcome
            won[battle.second] += 1 - battle.outcome
        rivals = len(decisions.judges) - 1 + diverged
        scores = {number: wins / rivals for number, wins in won.items()}
        return ContestResult(
            {self.names()[0]: scores},
            {"battles": _table(field, battles)},
            idle_notes(field, decisions, "stays out"),
        )

    def battle(self, decisions: Decisions, first: int, second: int) -> Battle:
        missed = dict(zip(decisions.judges, decisions.real.mean(-1).tolist(), strict=True))
        test = ratio(missed[first], missed[second])
        samples = ratio(decisions.fooled(second, first), decisions.fooled(first, second))
        decided = 1 / (1 + self.tolerance) <= test <= 1 + self.tolerance and samples != 1
        return Battle(first, second, test, samples, float(samples < 1) if decided else 0.5)


def ratio(first: float, second: float) -> float:
    """first / second of shares; 1 if both are 0, infinite if only the second is."""
    if second == 0:
        return 1.0 if first == 0 else math.inf
    return first / second


def _table(field: ContestField, battles: list[Battle]) -> ContestTable:
    """The battles by pairs of cells, with the medians of their ratios."""
    pairs: dict[tuple[str, str], list[Battle]] = {}
    for battle in battles:
        labels = field.entrants[battle.first].label, field.entrants[battle.second].label
        pairs.setdefault(labels, []).append(battle)
    return ContestTable(
        ["first", "second", "first won", "second won", "undecided", "r_test", "r_samples"],
        [[*labels, *_counts(members)] for labels, members in pairs.items()],
    )


def _counts(battles: list[Battle]) -> list[Any]:
    outcomes = [battle.outcome for battle in battles]
    counts = [outcomes.count(outcome) for outcome in (1.0, 0.0, 0.5)]
    return [*counts, median(b.test for b in battles), median(b.samples for b in battles)]
