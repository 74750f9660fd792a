"""Skill ratings: the tournament's generators and discriminators rated as players, by Glicko-2."""

from dataclasses import dataclass
from typing import Any, ClassVar

from gbench.api import ContestField, ContestResult, ContestTable, Keys, option
from gbench_contests._glicko import Rating, rated
from gbench_contests._judging import Decisions, Judging, idle_notes
from gbench_contests._matches import win_rates

#: `"generator"` or `"discriminator"`, and the entrant.
Player = tuple[str, int]


@dataclass(kw_only=True)
class SkillRating(Judging):
    """Generators and discriminators are players with a Glicko-2 rating, at first 1500 ± 350.

    The samples are divided into `periods`. In each period every generator plays every discriminator of
    another replica. The outcome for the generator is its win rate in that match, as in `tournament`; the
    discriminator gets the rest of 1 (to take rates as outcomes is a choice). Ratings are updated after each
    period, all at once. A difference of 200 points predicts an outcome of about 0.76. Ratings are only
    comparable within one tournament. Diverged replicas play no match and have no rating, which counts as the
    worst.

    `skill-rating` is the generator's, `judge-rating` the discriminator's. Cost: as `tournament`, and
    2·E²·periods outcomes.
    """

    paper: ClassVar[str] = (
        "Olsson et al. 2018, Skill rating for generative models, section 3.2, arXiv:1808.04888; "
        "Glickman 2012, Example of the Glicko-2 system"
    )
    keys: ClassVar[Keys] = {
        "skill-rating-{samples}": ("max", None),
        "judge-rating-{samples}": ("max", None),
    }

    periods: int = option(10, "rating periods that the samples are dealt into (a choice)", ge=1)
    tau: float = option(0.5, "how fast volatilities change; Glickman: 0.3 to 1.2", gt=0)

    def play(self, field: ContestField) -> ContestResult:
        decisions = self.decisions(field)
        roles = {"generator": decisions.generators, "discriminator": decisions.judges}
        ratings = {(role, number): Rating() for role, numbers in roles.items() for number in numbers}
        for period in dealt(decisions, self.periods):
            ratings = after(ratings, win_rates(period), self.tau)
        scores = [{n: ratings[role, n].rating for n in numbers} for role, numbers in roles.items()]
        return ContestResult(
            dict(zip(self.names(), scores, strict=True)),
            {"players": players(field, ratings)},
            idle_notes(field, decisions, "only generates"),
        )


def dealt(decisions: Decisions, periods: int) -> list[Decisions]:
    """The decisions on consecutive parts of the samples, `periods` of them, or one for each sample."""
    count = min(periods, decisions.real.shape[-1], decisions.fake.shape[-1])
    shares = zip(decisions.real.tensor_split(count, -1), decisions.fake.tensor_split(count, -1), strict=True)
    return [Decisions(decisions.generators, decisions.judges, real, fake) for real, fake in shares]


def after(
    ratings: dict[Player, Rating], rates: dict[tuple[int, int], float], tau: float
) -> dict[Player, Rating]:
    """The ratings after a period of matches (generator, discriminator), except those within a replica."""
    games: dict[Player, list[tuple[Rating, float]]] = {player: [] for player in ratings}
    for (generator, judge), rate in rates.items():
        if generator != judge:
            first, second = ("generator", generator), ("discriminator", judge)
            games[first].append((ratings[second], rate))
            games[second].append((ratings[first], 1 - rate))
    return {player: rated(rating, games[player], tau) for player, rating in ratings.items()}


def players(field: ContestField, ratings: dict[Player, Rating]) -> ContestTable:
    """All players, the highest rating first."""
    ranked = sorted(ratings.items(), key=lambda item: -item[1].rating)
    rows: list[list[Any]] = [
        [field.entrants[number].name, role, rating.rating, rating.deviation, rating.volatility]
        for (role, number), rating in ranked
    ]
    return ContestTable(["replica", "player", "rating", "deviation", "volatility"], rows)
