"""One evaluation of a turn's objective, and what it was computed from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor

from gbench.engine.look import Look
from gbench.errors import UserError


@dataclass(frozen=True)
class Play:
    """What a turn did with a batch. It changes nothing, so a rule may play a turn often before a step."""

    objective: Tensor
    """What the turn minimises, `[R]`; regularizers add their penalties to it."""

    looks: Mapping[str, Look] = field(default_factory=dict)
    """The looks that were taken, by the name of the discriminator."""

    moves: Tensor | None = None
    """Which replicas move in this turn, `[R]` booleans; None: all of them."""

    memory: Mapping[str, Tensor] = field(default_factory=dict)
    """What the game's memory is to hold after the step."""

    curves: Mapping[str, Tensor] = field(default_factory=dict)
    """Numbers `[R]` worth a curve, such as a reconstruction error."""

    def look(self, by: str) -> Look:
        """The look of that discriminator, or the only one there is. Raises UserError where there is none."""
        if by in self.looks:
            return self.looks[by]
        if len(self.looks) == 1:
            return next(iter(self.looks.values()))
        found = f"those of {' and '.join(self.looks)}" if self.looks else "none"
        raise UserError(f"this turn has no look by {by}; it takes {found}")
