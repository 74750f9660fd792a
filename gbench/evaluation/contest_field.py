"""The field of a contest: every replica of every cell of a data set, as trained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.errors import UserError
from gbench.evaluation.features import Features
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import CHUNK, Judge, Samples

Labelled = Callable[[int], tuple[Tensor, Tensor | None]]


@dataclass(frozen=True)
class Entrant:
    """A replica of a cell. alive: it did not diverge. cell: the id, and label what people call it."""

    cell: str
    label: str
    replica: int
    alive: bool = True

    @property
    def name(self) -> str:
        """As `wgan-gp:3`."""
        return f"{self.label}:{self.replica}"


@dataclass(frozen=True)
class Team:
    """Entrants whose networks run as one, R of them.

    labelled: count -> samples [R, count, ...], and their classes [R, count] where the game asks for classes.
    judge: samples [R, N, ...] -> scores [R, N], high for real ones, or None without a discriminator.
    """

    entrants: Sequence[Entrant]
    labelled: Labelled
    judge: Judge


class ContestField:
    """All entrants, numbered from 0, E of them, and the real side of every comparison.

    Samples are generated once for each number of samples asked for, and their features computed once.
    """

    def __init__(self, data: Data, extractors: dict[str, Features], teams: Sequence[Team]):
        self.data = data
        self.reference = Reference(data, extractors)
        self.teams = list(teams)
        self.entrants = [entrant for team in teams for entrant in team.entrants]
        self._extractors = extractors
        self._places = [(t, row) for t, team in enumerate(self.teams) for row in range(len(team.entrants))]
        self._samples: dict[tuple[int, int], Samples] = {}
        self.broken: set[int] = set()  # those whose samples were found not to be finite

    @property
    def cells(self) -> dict[str, list[int]]:
        """The entrants of each cell, by its label."""
        cells: dict[str, list[int]] = {}
        for number, entrant in enumerate(self.entrants):
            cells.setdefault(entrant.label, []).append(number)
        return cells

    def fit(self, count: int, least: int = 1) -> list[int]:
        """Who did not diverge and has samples that are finite; a UserError if fewer than `least` are left."""
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
        """The classes [count] that the entrant's game asked for; None where it asks for none."""
        samples, row = self._shown(number, count)
        return None if samples.labels is None else samples.labels[row]

    def features(self, number: int, count: int, name: str) -> Tensor:
        """Feature vectors [count, d] of an entrant's samples."""
        samples, row = self._shown(number, count)
        return samples.features(name)[row]

    @torch.no_grad()
    def scores(self, samples: Tensor) -> Tensor:
        """What every entrant's discriminator says of samples [N, ...], [E, N] in float64, high for real ones.

        NaN where there is no discriminator that judges single samples, or where it diverged.
        """
        return torch.cat([self._judged(team, samples) for team in self.teams])

    def _judged(self, team: Team, samples: Tensor) -> Tensor:
        size = len(team.entrants)
        given = [team.judge(part.expand(size, *part.shape)) for part in samples.split(CHUNK)]
        if any(scores is None for scores in given):
            return samples.new_full((size, len(samples)), torch.nan, dtype=torch.float64)
        scores = torch.cat([part for part in given if part is not None], dim=1).double()
        alive = torch.tensor([entrant.alive for entrant in team.entrants], device=scores.device)
        return torch.where(alive[:, None] & scores.isfinite().all(1, keepdim=True), scores, torch.nan)

    @torch.no_grad()
    def _shown(self, number: int, count: int) -> tuple[Samples, int]:
        team, row = self._places[number]
        if (team, count) not in self._samples:
            fake, labels = self.teams[team].labelled(count)
            self._samples[team, count] = Samples(fake, self._extractors, labels=labels)
        return self._samples[team, count], row
