"""The Glicko-2 rating system (Glickman 2012, Example of the Glicko-2 system)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.optimize import brentq

SCALE = 173.7178  # points of a rating in one of the system's own units
CENTRE = 1500.0  # the rating of a new player


@dataclass(frozen=True)
class Rating:
    """What is known about the skill of a player; the defaults are those of a new player."""

    rating: float = CENTRE

    #: The standard error of the rating.
    deviation: float = 350.0

    #: How erratic the player's results are.
    volatility: float = 0.06


def rated(player: Rating, games: Sequence[tuple[Rating, float]], tau: float = 0.5) -> Rating:
    """A player after a rating period of games (opponent, score in [0, 1]), all at once (steps 2 to 8)."""
    mu, phi = (player.rating - CENTRE) / SCALE, player.deviation / SCALE
    if not games:
        return Rating(player.rating, SCALE * math.hypot(phi, player.volatility), player.volatility)
    information = surprise = 0.0
    for opponent, score in games:
        weight = 1 / math.sqrt(1 + 3 * (opponent.deviation / SCALE / math.pi) ** 2)
        expected = 1 / (1 + math.exp(-weight * (mu - (opponent.rating - CENTRE) / SCALE)))
        information += weight**2 * expected * (1 - expected)
        surprise += weight * (score - expected)
    variance = 1 / information
    volatility = new_volatility(player.volatility, phi, variance, variance * surprise, tau)
    precision = 1 / (phi**2 + volatility**2) + information
    return Rating(CENTRE + SCALE * (mu + surprise / precision), SCALE / math.sqrt(precision), volatility)


def new_volatility(former: float, phi: float, variance: float, improvement: float, tau: float) -> float:
    """The volatility after a period: exp(x/2) at the root x of step 5, within the bracket given there."""
    start, excess = 2 * math.log(former), improvement**2 - phi**2 - variance

    def slope(x: float) -> float:
        spread = phi**2 + variance + math.exp(x)
        return math.exp(x) * (improvement**2 - spread) / (2 * spread**2) - (x - start) / tau**2

    end = math.log(excess) if excess > 0 else start - tau
    while excess <= 0 and slope(end) < 0:
        end -= tau
    root: float = brentq(slope, start, end)
    return math.exp(root / 2)
