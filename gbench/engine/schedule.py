"""Schedules: real-valued options that change with the share of the budget that is done."""

import math
from collections.abc import Callable, Mapping
from typing import Any

Schedule = Mapping[str, Any]  # {"shape", "start", "end", "from", "until"}

SHAPES: dict[str, Callable[[float, float, float], float]] = {
    "linear": lambda start, end, share: start + (end - start) * share,
    "cosine": lambda start, end, share: end + (start - end) * (1 + math.cos(math.pi * share)) / 2,
    "exponential": lambda start, end, share: start * (end / start) ** share,
}


def factor(schedule: Schedule, progress: float) -> float:
    """What an option is multiplied by when `progress`, in [0, 1], of the budget is done.

    Between the shares `from` and `until` of the budget, with t rising from 0 to 1:

        linear        start + (end − start) t
        cosine        end + (start − end) (1 + cos πt) / 2      (Loshchilov and Hutter 2017, eq. 5)
        exponential   start (end / start)ᵗ

    and a `step` is `start` before the share `from`, then `end`.
    """
    start, end, begin = schedule["start"], schedule["end"], schedule["from"]
    if schedule["shape"] == "step":
        return end if progress >= begin else start
    share = (progress - begin) / (schedule["until"] - begin)
    return SHAPES[schedule["shape"]](start, end, min(max(share, 0.0), 1.0))


class Annealing:
    """The scheduled options of one cohort, set anew before each round.

    schedules: path of an option, such as `optimizers.generator.lr` -> its schedule.
    parts: path of what the option belongs to -> a component, with the option's first value.
    """

    def __init__(self, schedules: Mapping[str, Schedule], parts: Mapping[str, Any]):
        self._annealed = []
        for path, schedule in schedules.items():
            owner, _, option = path.rpartition(".")
            self._annealed.append((parts[owner], option, getattr(parts[owner], option), schedule))

    def apply(self, progress: float) -> None:
        """Sets every scheduled option to its first value times its factor."""
        for part, option, base, schedule in self._annealed:
            setattr(part, option, base * factor(schedule, progress))
