"""A cell's curves over its seeds: the median, in which a diverged seed counts as the worst."""

import math
from dataclasses import dataclass
from statistics import median

from gbench.record import History
from gbench.record.events import Measurement
from gbench.suite.cell import Cell


@dataclass(frozen=True)
class Point:
    """The median over all seeds of one score at one step."""

    #: The metric's.
    key: str
    step: int
    #: Milliseconds since 1970, when the last cohort measured it.
    time: int
    value: float


def median_points(history: History) -> list[Point]:
    """The measurements that every replica of the cell has reached, by step.

    A median that no number expresses, because half of the seeds diverged under a score without a worst
    value, is left out.
    """
    cell = history.cell
    rows: dict[tuple[int, str], dict[int, float | None]] = {}
    times: dict[int, int] = {}
    for cohort in history.cohorts:
        for event in cohort.events(Measurement):
            times[event.step] = max(times.get(event.step, 0), event.time)
            for key, row in event.values.items():
                rows.setdefault((event.step, key), {}).update(cohort.by_replica(row))
    everyone = set(range(cell.replicas))
    return [
        Point(key, step, times[step], value)
        for (step, key), row in sorted(rows.items())
        if everyone <= row.keys() and math.isfinite(value := _median(cell, key, row))
    ]


def _median(cell: Cell, key: str, row: dict[int, float | None]) -> float:
    direction, worst = cell.scores.get(key, ("min", None))
    if worst is None:
        worst = -math.inf if direction == "max" else math.inf
    values = (row[replica] for replica in range(cell.replicas))
    return median(worst if value is None else value for value in values)
