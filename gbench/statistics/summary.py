"""The statistics of one cell over its replicas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Protocol, TypeAlias

import numpy as np

from gbench.statistics.arrays import Bools, Floats
from gbench.statistics.collapse import worse
from gbench.statistics.convergence import convergence_rate, thresholds_hold, times_to_threshold
from gbench.statistics.curves import Curves, Points, align
from gbench.statistics.divergence import divergence_rate, divergence_steps
from gbench.statistics.intervals import bootstrap_interval
from gbench.statistics.oscillation import oscillation
from gbench.statistics.quantiles import median
from gbench.statistics.saturation import saturated_share, vanished_share
from gbench.statistics.scores import Score
from gbench.statistics.spread import interquartile_range, worst_seed
from gbench.statistics.survival import kaplan_meier

PointsOf: TypeAlias = Mapping[str, Mapping[int, Points]]  # metric or trace -> replica -> points
Statuses: TypeAlias = Mapping[int, tuple[str, int]]  # replica -> (status, last step)

ENDED = ("done", "diverged")


class Judged(Protocol):
    """What a cell says about its scores; see `gbench.suite.cell.Cell`."""

    @property
    def scores(self) -> Mapping[str, tuple[str, float | None]]: ...
    @property
    def primary(self) -> str | None: ...
    @property
    def thresholds(self) -> Mapping[str, float]: ...


@dataclass(frozen=True)
class Summary:
    """replicas: how many have ended. statistics: by name; infinite where too many replicas have no score."""

    replicas: int
    statistics: dict[str, float] = field(default_factory=dict)

    def metrics(self) -> dict[str, float]:
        """The finite statistics, which is what may be logged and written as JSON.

        `median/<key>`, `low/<key>`, `high/<key>` (its 95 % interval), `iqr/<key>`, `worst/<key>`: of the
        last scores. `best-median/<key>`: of each replica's best. `converged`, `diverged`, `collapsed`:
        shares of the replicas; a diverged one has also collapsed. `steps-to-threshold`,
        `steps-to-divergence`: medians. `oscillation`, `saturated`, `vanishing-gradients`: means over
        replicas, 0..1.
        """
        return {name: value for name, value in self.statistics.items() if np.isfinite(value)}


def summarise(cell: Judged, curves: PointsOf, statuses: Statuses, traces: PointsOf | None = None) -> Summary:
    """The statistics of the replicas that have ended, whose status is "done" or "diverged".

    A diverged replica counts as the worst in each, whatever it scored before it diverged.
    """
    replicas = sorted(replica for replica, (status, _) in statuses.items() if status in ENDED)
    if not replicas:
        return Summary(0)
    diverged = np.array([statuses[replica][0] == "diverged" for replica in replicas])
    ends = np.array([statuses[replica][1] for replica in replicas], dtype=np.float64)
    scores = {key: Score(*score) for key, score in cell.scores.items()}
    measured = {key: _without(diverged, align(curves.get(key, {}), replicas)) for key in scores}

    statistics: dict[str, float] = {}
    for key, score in scores.items():
        statistics |= _distribution(key, measured[key].values, score)
    statistics |= _convergence(measured, scores, cell.thresholds, np.where(diverged, np.inf, ends))
    statistics |= _divergence(diverged, ends)
    if cell.primary is not None:
        statistics |= _stability(measured[cell.primary].values, scores[cell.primary])
    statistics |= _players(traces or {}, replicas, diverged)
    return Summary(len(replicas), statistics)


def _without(diverged: Bools, curves: Curves) -> Curves:
    return Curves(curves.steps, np.where(diverged[:, None], np.nan, curves.values))


def _distribution(key: str, values: Floats, score: Score) -> dict[str, float]:
    last = score.filled(values[:, -1])
    low, high = bootstrap_interval(last)
    return {
        f"median/{key}": float(median(last)),
        f"low/{key}": low,
        f"high/{key}": high,
        f"iqr/{key}": interquartile_range(last),
        f"worst/{key}": worst_seed(last, score),
        f"best-median/{key}": float(median(score.best(values))),
    }


def _convergence(
    measured: Mapping[str, Curves], scores: Mapping[str, Score], thresholds: Mapping[str, float], ends: Floats
) -> dict[str, float]:
    if not thresholds:
        return {}
    steps = reduce(np.intersect1d, [measured[key].steps for key in thresholds])
    held = thresholds_hold({key: measured[key].at(steps).values for key in thresholds}, scores, thresholds)
    times = times_to_threshold(steps, held)
    return {"converged": convergence_rate(times), "steps-to-threshold": kaplan_meier(times, ends).median}


def _divergence(diverged: Bools, ends: Floats) -> dict[str, float]:
    steps = divergence_steps(diverged, ends)
    rate = {"diverged": divergence_rate(diverged)}
    return rate | ({"steps-to-divergence": float(median(steps))} if steps.size else {})


def _stability(values: Floats, score: Score) -> dict[str, float]:
    return {
        "collapsed": float(worse(values, score).mean()),
        "oscillation": float(oscillation(values, score).mean()),
    }


def _players(traces: PointsOf, replicas: Sequence[int], diverged: Bools) -> dict[str, float]:
    """From the traces that the engine records, where the game has such players."""
    curves = {key: align(points, replicas).values for key, points in traces.items()}
    shares: dict[str, Floats] = {}
    if "score/real" in curves and "score/fake" in curves:
        shares["saturated"] = saturated_share(curves["score/real"], curves["score/fake"])
    if "gradient/generator" in curves:
        shares["vanishing-gradients"] = vanished_share(curves["gradient/generator"])
    return {name: float(np.where(diverged, 1.0, share).mean()) for name, share in shares.items()}
