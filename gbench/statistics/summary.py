"""The statistics of one cell over its replicas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Protocol, TypeAlias

import numpy as np

from gbench.statistics.arrays import Bools, Floats
from gbench.statistics.collapse import fall, worse
from gbench.statistics.convergence import convergence_rate, thresholds_hold, times_to_threshold
from gbench.statistics.curves import Curves, Points, align
from gbench.statistics.divergence import divergence_rate, divergence_steps
from gbench.statistics.intervals import median_interval
from gbench.statistics.oscillation import oscillation
from gbench.statistics.quantiles import median
from gbench.statistics.sampling import sampling_error
from gbench.statistics.saturation import saturated_share, vanished_share
from gbench.statistics.scores import Score
from gbench.statistics.spread import interquartile_range, worst_seed
from gbench.statistics.survival import kaplan_meier

PointsOf: TypeAlias = Mapping[str, Mapping[int, Points]]  # metric or trace -> replica -> points
TracesOf: TypeAlias = PointsOf | Mapping[str, Curves]  # curves: of the replicas that have ended, ascending
Deviations: TypeAlias = Mapping[str, Mapping[int, float | None]]  # metric -> replica -> over draws
Statuses: TypeAlias = Mapping[int, tuple[str, int]]  # replica -> (status, last step)

ENDED = ("done", "diverged")


class Judged(Protocol):
    """What a cell says about its scores; see `gbench.suite.cell.Cell`."""

    @property
    def scores(self) -> Mapping[str, tuple[str, float | None]]: ...
    @property
    def probed(self) -> Mapping[str, tuple[str, float | None]]: ...
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
        last scores. `best-median/<key>`: of each replica's best. `lost/<key>`: how much worse a replica ends
        than its best, such as modes lost after having been found. `sampling-error/<key>`: how far one
        replica's last score spreads over draws of latents, a standard deviation. `converged`, `diverged`,
        `collapsed`: shares of the replicas; a diverged one has also collapsed. `steps-to-threshold`,
        `steps-to-divergence`: medians. `oscillation`, `saturated`, `vanishing-gradients`: means over
        replicas, 0..1.
        """
        return {name: value for name, value in self.statistics.items() if np.isfinite(value)}


def summarise(
    cell: Judged,
    curves: PointsOf,
    statuses: Statuses,
    traces: TracesOf | None = None,
    sampling: Deviations | None = None,
    probed: Deviations | None = None,
) -> Summary:
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
        statistics |= _course(key, measured[key].values, score)
    for key, deviations in (sampling or {}).items():
        statistics |= _sampling(key, [deviations.get(replica) for replica in replicas])
    if probed is not None:
        statistics |= _probed(cell, probed, replicas, diverged)
    statistics |= _convergence(measured, scores, cell.thresholds, np.where(diverged, np.inf, ends))
    statistics |= _divergence(diverged, ends)
    if cell.primary is not None:
        deviations = (sampling or {}).get(cell.primary, {})
        noise = np.array([deviations.get(replica) for replica in replicas], dtype=np.float64)
        statistics |= _stability(measured[cell.primary].values, scores[cell.primary], noise)
    statistics |= _players(traces or {}, replicas, diverged)
    return Summary(len(replicas), statistics)


def _without(diverged: Bools, curves: Curves) -> Curves:
    return Curves(curves.steps, np.where(diverged[:, None], np.nan, curves.values))


def _distribution(key: str, values: Floats, score: Score) -> dict[str, float]:
    last = score.filled(values[:, -1])
    low, high = median_interval(last)
    return {
        f"median/{key}": float(median(last)),
        f"low/{key}": low,
        f"high/{key}": high,
        f"iqr/{key}": interquartile_range(last),
        f"worst/{key}": worst_seed(last, score),
    }


def _course(key: str, values: Floats, score: Score) -> dict[str, float]:
    return {
        f"best-median/{key}": float(median(score.best(values))),
        f"lost/{key}": float(median(np.nan_to_num(fall(values, score), nan=np.inf))),
    }


def _probed(cell: Judged, probed: Deviations, replicas: Sequence[int], diverged: Bools) -> dict[str, float]:
    """Of what probes found once, at the end."""
    statistics: dict[str, float] = {}
    for key, score in cell.probed.items():
        found = np.array([probed.get(key, {}).get(replica) for replica in replicas], dtype=np.float64)
        if not diverged.all() and np.isnan(found[~diverged]).all():
            continue  # nobody could look, which says nothing about who was to be looked at
        values = np.where(diverged, np.nan, found)
        statistics |= _distribution(key, values[:, None], Score(*score))
    return statistics


def _sampling(key: str, deviations: list[float | None]) -> dict[str, float]:
    """Nothing where no replica has one: this is no score, so a diverged replica has none to be worst in."""
    error = sampling_error(deviations)
    return {f"sampling-error/{key}": error} if np.isfinite(error) else {}


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


def _stability(values: Floats, score: Score, noise: Floats) -> dict[str, float]:
    return {
        "collapsed": float(worse(values, score, noise=noise).mean()),
        "oscillation": float(oscillation(values, score).mean()),
    }


def _players(traces: TracesOf, replicas: Sequence[int], diverged: Bools) -> dict[str, float]:
    """From the traces that the engine records, where the game has such players."""
    curves = {
        key: (points if isinstance(points, Curves) else align(points, replicas)).values
        for key, points in traces.items()
    }
    shares: dict[str, Floats] = {}
    if "score/real" in curves and "score/fake" in curves:
        shares["saturated"] = saturated_share(curves["score/real"], curves["score/fake"])
    if "gradient/generator" in curves:
        shares["vanishing-gradients"] = vanished_share(curves["gradient/generator"])
    return {name: float(np.where(diverged, 1.0, share).mean()) for name, share in shares.items()}
