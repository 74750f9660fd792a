"""What every round left behind: objectives, scores, gradient norms, without waiting for the device."""

from typing import Any

import torch
from torch import Tensor

POINTS = 2000  # at most so many points for each curve
FOLD = 500  # rounds that stay on the device before they are fetched in one go


class Traces:
    """Means over windows of rounds of each traced `[R]`.

    A window is as short as `POINTS` for the whole budget allows. Windows are cut at multiples of
    their length, whenever somebody asks for them, so an interrupted run cuts where any other does.
    """

    def __init__(self, steps: int):
        self.window = -(-steps // POINTS)
        self._pending: dict[str, list[Tensor]] = {}
        self._steps: list[int] = []
        self._done_steps: list[int] = []
        self._done: dict[str, list[list[float]]] = {}

    def record(self, step: int, values: dict[str, Tensor]) -> None:
        """Keeps one round's values, `[R]` each; `step` counts rounds from 1."""
        self._steps.append(step)
        for name, value in values.items():
            self._pending.setdefault(name, []).append(value)
        if len(self._steps) >= max(FOLD, self.window):
            self._fold(partial=False)

    def flush(self, partial: bool = False) -> tuple[list[int], dict[str, list[list[float]]]]:
        """The windows that are complete and not yet asked for: their last rounds, and `[windows, R]` a curve.

        partial: the last window too, for the end of the budget.
        """
        self._fold(partial)
        steps, curves = self._done_steps, self._done
        self._done_steps, self._done = [], {}
        return steps, curves

    def _fold(self, partial: bool) -> None:
        count = len(self._steps)
        complete = count if partial else count - count % self.window
        if complete == 0:
            return
        starts = range(0, complete, self.window)
        self._done_steps += [self._steps[min(start + self.window, complete) - 1] for start in starts]
        for name, rounds in self._pending.items():
            values = torch.stack(rounds[:complete]).double().cpu()
            means = [values[start : start + self.window].mean(0).tolist() for start in starts]
            self._done.setdefault(name, []).extend(means)
            del rounds[:complete]
        del self._steps[:complete]

    def state(self) -> dict[str, Any]:
        """The rounds of the window that is not complete; flush first."""
        return {
            "steps": list(self._steps),
            "pending": {name: list(rounds) for name, rounds in self._pending.items()},
        }

    def load_state(self, state: dict[str, Any]) -> None:
        self._steps = list(state["steps"])
        self._pending = {name: list(rounds) for name, rounds in state["pending"].items()}
