"""The curves of a finished or running cell, read from its committed events."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gbench.record.cohort_folder import CohortDirectory
from gbench.record.journal import Event
from gbench.record.run import cohorts_in
from gbench.record.status import Outcome, finished_outcomes, owned

Curve = list[tuple[int, float | None]]  # (step, value); None for a number that does not exist
CurvesByKey = dict[str, dict[int, Curve]]  # key -> replica -> curve


@dataclass
class Probed:
    """What the probes of one name found: key, table or picture -> replica.

    `reasons` say why a replica has none, where the whole probe could not look.
    """

    values: dict[str, dict[int, float | None]] = field(default_factory=dict)
    tables: dict[str, dict[int, Any]] = field(default_factory=dict)
    pictures: dict[str, dict[int, Path]] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Curves:
    """All that a cell's journals say.

    `sampling` are the standard deviations of the last measurement over draws of latents: key -> replica.
    `seconds` are cumulative, by purpose (`train`, `evaluate`, `record`), summed over the cohorts.
    """

    measurements: CurvesByKey = field(default_factory=dict)
    traces: CurvesByKey = field(default_factory=dict)
    sampling: dict[str, dict[int, float | None]] = field(default_factory=dict)
    probes: dict[str, Probed] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def load_curves(cell_folder: Path) -> Curves:
    """Every replica's curves from the cohort that speaks for it (`status.owners`)."""
    curves = Curves()
    for cohort, own in owned(cohorts_in(cell_folder)):
        _add_cohort(curves, cohort, own)
    return curves


def _add_cohort(curves: Curves, cohort: CohortDirectory, own: list[int]) -> None:
    diverged: dict[int, int] = {}
    seconds: dict[str, float] = {}
    for event in cohort.events():
        match event["kind"]:
            case "measurement" | "trace":
                _add_points(curves, event, cohort.replicas, own)
            case "sampling":
                _add_deviations(curves, event, cohort.replicas, own)
            case "probe":
                _add_finding(curves, event, cohort, own)
            case "diverged":
                diverged[event["replica"]] = event["step"]
            case "progress":
                seconds = event["seconds"]
    for purpose, spent in seconds.items():
        curves.seconds[purpose] = curves.seconds.get(purpose, 0.0) + spent
    finished = finished_outcomes(cohort)
    commit = cohort.committed()
    for replica in own:
        curves.outcomes[replica] = finished.get(replica) or (
            Outcome("diverged", diverged[replica])
            if replica in diverged
            else Outcome("unfinished", commit.step if commit else 0)
        )


def _add_points(curves: Curves, event: Event, replicas: range, own: list[int]) -> None:
    curves_by_key = curves.measurements if event["kind"] == "measurement" else curves.traces
    for key, steps, rows in rows_of(event):
        by_replica = curves_by_key.setdefault(key, {})
        for step, row in zip(steps, rows, strict=True):
            for replica, value in zip(replicas, row, strict=True):
                if replica in own:
                    by_replica.setdefault(replica, []).append((step, value))


def _add_deviations(curves: Curves, event: Event, replicas: range, own: list[int]) -> None:
    for key, row in event["values"].items():
        found = {replica: value for replica, value in zip(replicas, row, strict=True) if replica in own}
        curves.sampling.setdefault(key, {}).update(found)


def _add_finding(curves: Curves, event: Event, cohort: CohortDirectory, own: list[int]) -> None:
    probed = curves.probes.setdefault(event["probe"], Probed())
    for given, kept in ((event["values"], probed.values), (event["tables"], probed.tables)):
        for name, rows in given.items():
            found = dict(zip(cohort.replicas, rows, strict=True))
            kept.setdefault(name, {}).update({replica: found[replica] for replica in own})
    for name, files in event["files"].items():
        shown = {int(replica): cohort.file(file) for replica, file in files.items() if int(replica) in own}
        probed.pictures.setdefault(name, {}).update(shown)
    if reason := event.get("reason"):
        probed.reasons |= dict.fromkeys(own, str(reason))


def rows_of(event: Event) -> list[tuple[str, list[int], list[list[float | None]]]]:
    """A measurement or a trace as (key, steps, a row of the slice's values for each step)."""
    if event["kind"] == "measurement":
        return [(key, [event["step"]], [row]) for key, row in event["values"].items()]
    return [(key, event["steps"], rows) for key, rows in event["values"].items()]
