"""Curves of one metric over training, the replicas of a cell side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from gbench.statistics.arrays import Floats

Points: TypeAlias = Sequence[tuple[int, float | None]]  # (step, value) in the order of the steps


@dataclass(frozen=True)
class Curves:
    """steps: `[M]`, ascending. values: `[R, M]`, NaN where a replica has none."""

    steps: Floats
    values: Floats

    def at(self, steps: Floats) -> "Curves":
        """The columns of these steps, each of which must have been measured."""
        return Curves(steps, self.values[:, np.searchsorted(self.steps, steps)])


def align(points: Mapping[int, Points], replicas: Sequence[int]) -> Curves:
    """The points of each replica on the union of all steps; a replica without points is a row of NaN.

    Where nobody has any, that is one column of NaN at step 0.
    """
    steps = sorted({step for replica in replicas for step, _ in points.get(replica, ())}) or [0]
    column = {step: number for number, step in enumerate(steps)}
    values = np.full((len(replicas), len(steps)), np.nan)
    for row, replica in enumerate(replicas):
        for step, value in points.get(replica, ()):
            values[row, column[step]] = np.nan if value is None else value
    return Curves(np.array(steps, dtype=np.float64), values)
