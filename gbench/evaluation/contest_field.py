"""The field of a contest: every replica of every cell of a data set, as trained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.errors import UserError
from gbench.evaluation.features import Features
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import CHUNK, Discriminator, Samples

#: A generator: a count to samples [R, count, ...] and their classes [R, count], or None if it has no classes.
Generator = Callable[[int], tuple[Tensor, Tensor | None]]


@dataclass(frozen=True)
class Entrant:
    """A replica of a cell, which takes part in a contest."""

    #: The id of the cell.
    cell: str

    #: What the suite calls the technique.
    label: str

    #: The number of the replica in its cell, from 0.
    replica: int

    #: Whether its training did not diverge.
    alive: bool = True

    @property
    def name(self) -> str:
        """As `wgan-gp:3`."""
        return f"{self.label}:{self.replica}"


@dataclass(frozen=True)
class Team:
    """R entrants whose networks run together."""

    entrants: Sequence[Entrant]

    #: Makes samples of all R.
    generator: Generator

    #: Scores samples of all R; a high score means real.
    discriminator: Discriminator


class ContestField:
    """The E entrants, numbered from 0, and the real side of every comparison.

    Samples are generated once for each count that is asked for, and their features are computed once.
    """

    #: The data set that all entrants were trained on.
    data: Data

    #: The same data with their features.
    reference: Reference

    #: All entrants; a contest names each by its index in this list.
    entrants: list[Entrant]

    #: Entrants that did not diverge, but showed samples that are not finite.
    broken: set[int]

    def __init__(self, data: Data, extractors: dict[str, Features], teams: Sequence[Team]):
        self.data = data
        self.reference = Reference(data, extractors)
        self.teams = list(teams)
        self.entrants = [entrant for team in teams for entrant in team.entrants]
        self._extractors = extractors
        self._rows = [(t, row) for t, team in enumerate(self.teams) for row in range(len(team.entrants))]
        self._samples: dict[tuple[int, int], Samples] = {}
        self.broken = set()

    @property
    def cells(self) -> dict[str, list[int]]:
        """The entrants of each cell, by its label."""
        cells: dict[str, list[int]] = {}
        for number, entrant in enumerate(self.entrants):
            cells.setdefault(entrant.label, []).append(number)
        return cells

    def fit(self, count: int, least: int = 1) -> list[int]:
        """The entrants that did not diverge and whose samples are finite.

        Raises UserError if there are fewer than `least`.
        """
        fit = [
            number
            for number, entrant in enumerate(self.entrants)
            if entrant.alive and bool(self.generated(number, count).isfinite().all())
        ]
        self.broken |= {number for number, e in enumerate(self.entrants) if e.alive} - set(fit)
        if len(fit) < least:
            raise UserError(
                f"it takes {least} replicas that did not diverge, and here are {len(fit)} "
                f"of {len(self.entrants)}; add seeds or techniques"
            )
        return fit

    def generated(self, number: int, count: int) -> Tensor:
        """Samples [count, ...] of an entrant."""
        samples, row = self._shown(number, count)
        return samples.fake[row]

    def labels(self, number: int, count: int) -> Tensor | None:
        """The classes [count] that the entrant's game asked for; None if it asks for none."""
        samples, row = self._shown(number, count)
        return None if samples.labels is None else samples.labels[row]

    def features(self, number: int, count: int, name: str) -> Tensor:
        """Feature vectors [count, d] of an entrant's samples."""
        samples, row = self._shown(number, count)
        return samples.features(name)[row]

    @torch.no_grad()
    def scores(self, samples: Tensor) -> Tensor:
        """The scores [E, N] in float64 that every entrant's discriminator gives to samples [N, ...].

        A high score means real. NaN if the entrant diverged, or has no discriminator of single samples.
        """
        return torch.cat([self._scores(team, samples) for team in self.teams])

    def _scores(self, team: Team, samples: Tensor) -> Tensor:
        size = len(team.entrants)
        given = [team.discriminator(part.expand(size, *part.shape)) for part in samples.split(CHUNK)]
        if any(scores is None for scores in given):
            return samples.new_full((size, len(samples)), torch.nan, dtype=torch.float64)
        scores = torch.cat([part for part in given if part is not None], dim=1).double()
        alive = torch.tensor([entrant.alive for entrant in team.entrants], device=scores.device)
        return torch.where(alive[:, None] & scores.isfinite().all(1, keepdim=True), scores, torch.nan)

    @torch.no_grad()
    def _shown(self, number: int, count: int) -> tuple[Samples, int]:
        team, row = self._rows[number]
        if (team, count) not in self._samples:
            fake, labels = self.teams[team].generator(count)
            self._samples[team, count] = Samples(fake, self._extractors, labels=labels)
        return self._samples[team, count], row
