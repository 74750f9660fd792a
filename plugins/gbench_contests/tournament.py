"""Tournament win rates: every generator against the discriminators of other seeds and cells."""

from dataclasses import dataclass
from typing import ClassVar

from gbench.api import ContestField, ContestResult, ContestTable, Keys
from gbench_contests._judging import Decisions, Judging, idle_notes
from gbench_contests._matches import mean, win_rates


@dataclass(kw_only=True)
class Tournament(Judging):
    """A match of generator G and discriminator D: D judges N generated and N real test samples.

        win rate of G in a match    (share of generated taken for real + share of real taken for generated)/2
        tournament-win-rate         its mean over the discriminators of all other replicas
        tournament-judge-rate       of a discriminator: 1 − mean win rate of the other replicas' generators

    in [0, 1]. A win rate of ½ means that the discriminators do no better than chance. Rates are only
    comparable within one tournament. A generator's own discriminator is left out (a choice; in the paper,
    snapshots of one training play against each other). Diverged replicas play no match and have the rate 0.

    Cost: E discriminators look at (E + 2)·N samples for E replicas, in memory E²·N numbers.
    """

    paper: ClassVar[str] = (
        "Olsson et al. 2018, Skill rating for generative models, section 3.1, arXiv:1808.04888"
    )
    keys: ClassVar[Keys] = {
        "tournament-win-rate-{samples}": ("max", 0.0),
        "tournament-judge-rate-{samples}": ("max", 0.0),
    }

    def play(self, field: ContestField) -> ContestResult:
        decisions = self.decisions(field)
        rates = win_rates(decisions)
        won = {g: mean(rates[g, j] for j in decisions.judges if j != g) for g in decisions.generators}
        judged = {j: 1 - mean(rates[g, j] for g in decisions.generators if g != j) for j in decisions.judges}
        return ContestResult(
            dict(zip(self.names(), (won, judged), strict=True)),
            {"matches": matches(field, decisions, rates)},
            idle_notes(field, decisions, "only generates"),
        )


def matches(field: ContestField, decisions: Decisions, rates: dict[tuple[int, int], float]) -> ContestTable:
    """Mean win rates of the generators in the rows against the discriminators in the columns, by cell."""
    cells = field.cells
    judging = {label: [j for j in members if j in decisions.judges] for label, members in cells.items()}
    playing = {label: [g for g in members if g in decisions.generators] for label, members in cells.items()}
    columns = [label for label, judges in judging.items() if judges]
    rows = [
        [label, *(mean(rates[g, j] for g in generators for j in judging[c] if g != j) for c in columns)]
        for label, generators in playing.items()
    ]
    return ContestTable(["generator", *columns], rows)
