"""What every round left behind: objectives, scores, gradient norms, without waiting for the device."""

import numpy as np
import torch
from torch import Tensor

POINTS = 2000  # at most so many points for each curve
FOLD = 500  # rounds that stay on the device before they are fetched in one go


class Traces:
    """Means over windows of rounds of each traced `[R]`.

    The window is as short as `POINTS` for the whole budget allows; it is cut at each flush, so a
    resumed run cuts where an uninterrupted one does.
    """

    def __init__(self, steps: int):
        self.window = -(-steps // POINTS)
        self._fold_at = max(self.window, FOLD // self.window * self.window)
        self._rounds: dict[str, list[Tensor]] = {}
        self._steps: list[int] = []
        self._folded: list[tuple[list[int], dict[str, np.ndarray]]] = []

    def record(self, step: int, values: dict[str, Tensor]) -> None:
        """Keeps one round's values; `step` counts rounds from 1."""
        self._steps.append(step)
        for name, value in values.items():
            self._rounds.setdefault(name, []).append(value)
        if len(self._steps) >= self._fold_at:
            self._fold()

    def flush(self) -> tuple[list[int], dict[str, list[list[float]]]]:
        """Everything since the last flush: the last round of each window, and `[window, R]` for each curve."""
        self._fold()
        steps = [step for part, _ in self._folded for step in part]
        names = self._folded[0][1] if self._folded else {}
        curves = {name: np.concatenate([part[name] for _, part in self._folded]).tolist() for name in names}
        self._folded.clear()
        return steps, curves

    def _fold(self) -> None:
        if not self._steps:
            return
        starts = range(0, len(self._steps), self.window)
        ends = [self._steps[min(start + self.window, len(self._steps)) - 1] for start in starts]
        curves = {}
        for name, rounds in self._rounds.items():
            values = torch.stack(rounds).cpu().double().numpy()
            curves[name] = np.stack([values[start : start + self.window].mean(0) for start in starts])
        self._folded.append((ends, curves))
        self._rounds.clear()
        self._steps.clear()
