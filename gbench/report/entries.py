"""What a report tells about one cell, worked out of the cell's history."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from gbench.record.events import Trace
from gbench.record.history import History
from gbench.report.study import Entry
from gbench.statistics.arrays import Floats
from gbench.statistics.curves import Curves, align
from gbench.statistics.summary import ENDED, Summary, summarise

DRAWN = 120  # points of a trace that a figure shows

Part: TypeAlias = tuple[Floats, dict[int, Floats]]  # steps `[M]`, and by replica its values `[M]`


def entry_of(history: History, state: str, errors: Sequence[str]) -> Entry:
    """The entry of the history's cell; `state` says how it stands, `errors` why cohorts were given up."""
    cell, outcomes = history.cell, history.outcomes
    ended = ended_replicas(history)
    replicas = ended or sorted(outcomes)
    traces = trace_curves(history, replicas)
    return Entry(
        cell=cell,
        summary=_summary(history, traces if ended else {}),
        replicas=replicas,
        outcomes={replica: outcomes[replica] for replica in replicas},
        curves={key: align(history.measurements.get(key, {}), replicas) for key in cell.scores},
        traces={key: thinned(curves) for key, curves in traces.items()},
        seconds=history.seconds,
        state=state,
        errors=errors,
        shots=history.samples,
        facts=history.facts,
        sampling=history.sampling,
        probes=history.probes,
    )


def summary_of(history: History) -> Summary:
    """The statistics of a cell over those of its replicas that have ended."""
    return _summary(history, trace_curves(history, ended_replicas(history)))


def statistics_of(history: History) -> dict[str, float]:
    """The finite statistics of a cell, by name."""
    return summary_of(history).metrics()


def ended_replicas(history: History) -> list[int]:
    """Those that are done or have diverged, ascending."""
    return sorted(replica for replica, outcome in history.outcomes.items() if outcome.status in ENDED)


def _summary(history: History, traces: dict[str, Curves]) -> Summary:
    return summarise(
        history.cell, history.measurements, history.outcomes, traces, history.sampling, history.probed
    )


def trace_curves(history: History, replicas: Sequence[int]) -> dict[str, Curves]:
    """By name: the traces of these replicas on the union of all steps.

    Straight from the events into arrays, because traces are millions of numbers.
    """
    parts: dict[str, list[Part]] = {}
    for cohort in history.cohorts:
        for event in cohort.events(Trace):
            steps = np.array(event.steps, dtype=np.float64)
            for key, rows in event.values.items():
                values = np.array(rows, dtype=np.float64).reshape(len(steps), len(cohort.replicas)).T
                parts.setdefault(key, []).append((steps, cohort.by_replica(values)))
    return {key: _together(own, replicas) for key, own in parts.items()}


def _together(parts: Sequence[Part], replicas: Sequence[int]) -> Curves:
    """The curves of these replicas; NaN where a part says nothing of one."""
    steps = np.unique(np.concatenate([steps for steps, _ in parts]))
    values = np.full((len(replicas), len(steps)), np.nan)
    for own_steps, by_replica in parts:
        columns = np.searchsorted(steps, own_steps)
        for row, replica in enumerate(replicas):
            if replica in by_replica:
                values[row, columns] = by_replica[replica]
    return Curves(steps, values)


def thinned(curves: Curves, points: int = DRAWN) -> Curves:
    """At most so many of the columns, evenly spread, the last among them."""
    if curves.steps.size <= points:
        return curves
    chosen = np.unique(np.linspace(0, curves.steps.size - 1, points).round().astype(int))
    return Curves(curves.steps[chosen], curves.values[:, chosen])
