"""Which of two scores is better, and what a score that does not exist counts as."""

from dataclasses import dataclass

import numpy as np

from gbench.statistics.arrays import Bools, Floats, Values


@dataclass(frozen=True)
class Score:
    """A metric's direction ("min" or "max") and its worst possible value (None: unbounded).

    >>> Score("max", 0.0).filled([7, None])
    array([7., 0.])
    """

    direction: str
    worst: float | None = None

    def __post_init__(self) -> None:
        if self.direction not in ("min", "max"):
            raise ValueError(f"direction is {self.direction!r}, not 'min' or 'max'")

    @property
    def floor(self) -> float:
        """The value of a replica without one: the worst possible, +inf or -inf if there is no bound."""
        return self.sign * np.inf if self.worst is None else self.worst

    @property
    def sign(self) -> float:
        """1 where less is better, -1 where more is."""
        return 1.0 if self.direction == "min" else -1.0

    def filled(self, values: Values) -> Floats:
        """The values, any shape, with the floor in place of None, NaN and infinities."""
        numbers = np.asarray(values, dtype=np.float64)
        return np.where(np.isfinite(numbers), numbers, self.floor)

    def costs(self, values: Values) -> Floats:
        """The filled values, negated where more is better: less is better, the floor is the largest."""
        return self.sign * self.filled(values)

    def better(self, a: Values, b: Values) -> Bools:
        """Where `a` is strictly better than `b`."""
        return self.costs(a) < self.costs(b)

    def reaches(self, values: Values, threshold: float) -> Bools:
        """Where a value exists and is at least as good as the threshold."""
        exists = np.isfinite(np.asarray(values, dtype=np.float64))
        return exists & (self.costs(values) <= self.sign * threshold)

    def best(self, values: Values) -> Floats:
        """The best along the last axis: `[..., M] -> [...]`."""
        return self.sign * self.costs(values).min(axis=-1)
