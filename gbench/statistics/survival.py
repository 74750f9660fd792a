"""The survival curve of replicas that have not converged yet (Kaplan and Meier 1958)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from gbench.statistics.arrays import Floats


@dataclass(frozen=True)
class Survival:
    """steps: `[E]`, those at which a replica converged. share: `[E]`, not converged after each, in 0..1."""

    steps: Floats
    share: Floats

    def at(self, step: float) -> float:
        """The share that has not converged by a step."""
        passed = int(np.searchsorted(self.steps, step, side="right"))
        return float(self.share[passed - 1]) if passed else 1.0

    @property
    def median(self) -> float:
        """The first step by which half have converged; infinite if that never happens."""
        half = np.flatnonzero(self.share <= 0.5)
        return float(self.steps[half[0]]) if half.size else np.inf


def kaplan_meier(times: ArrayLike, ends: ArrayLike) -> Survival:
    """The survival curve from `[R]` times to threshold, infinite where a replica never reached it.

    ends: `[R]`, the last step at which each replica was watched; one that had not converged by then is
    censored there. A diverged replica will never converge, which is no censoring: its end is infinite.
    """
    times, ends = np.asarray(times, dtype=np.float64), np.asarray(ends, dtype=np.float64)
    converged = np.isfinite(times)
    if not converged.any():
        return Survival(np.empty(0), np.empty(0))
    beyond = times[converged].max() + 1  # stands in for infinity, which scipy refuses
    last = np.where(converged, times, np.minimum(ends, beyond))
    estimate = stats.ecdf(stats.CensoredData.right_censored(last, ~converged)).sf
    events = np.isin(estimate.quantiles, times[converged])
    return Survival(estimate.quantiles[events], estimate.probabilities[events])
