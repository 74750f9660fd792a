"""A cell's curves over its seeds: the median, in which a diverged seed counts as the worst."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from gbench.record import CohortDirectory
from gbench.suite.cell import Cell


@dataclass(frozen=True)
class Point:
    """The median over all seeds of one score at one step; `time` in ms since 1970."""

    key: str
    step: int
    time: int
    value: float


def median_points(cell: Cell, cohorts: Sequence[tuple[CohortDirectory, list[int]]]) -> list[Point]:
    """The measurements that every replica of the cell has reached, by step.

    `cohorts` come with the replicas they speak for. A median that no number expresses, because half of the
    seeds diverged under a score without a worst value, is left out.
    """
    rows: dict[tuple[int, str], dict[int, float | None]] = {}
    times: dict[int, int] = {}
    for cohort, own in cohorts:
        for event in cohort.events():
            if event["kind"] == "measurement":
                step = event["step"]
                times[step] = max(times.get(step, 0), event["time"])
                for key, values in event["values"].items():
                    by_replica = dict(zip(cohort.replicas, values, strict=True))
                    rows.setdefault((step, key), {}).update({r: by_replica[r] for r in own})
    everybody = set(range(cell.replicas))
    return [
        Point(key, step, times[step], value)
        for (step, key), row in sorted(rows.items())
        if everybody <= row.keys() and math.isfinite(value := _median(cell, key, row))
    ]


def _median(cell: Cell, key: str, row: dict[int, float | None]) -> float:
    direction, worst = cell.scores.get(key, ("min", None))
    if worst is None:
        worst = -math.inf if direction == "max" else math.inf
    values = (row[replica] for replica in range(cell.replicas))
    return median(worst if value is None else value for value in values)
