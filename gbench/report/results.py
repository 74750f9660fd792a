"""What a run directory says about the cells of a suite: rows for the tables, and reasons of failures."""

from collections.abc import Iterable

from gbench.record import Curves, RunDirectory, load_curves
from gbench.report.standings import Failure, Row
from gbench.statistics.summary import Summary, summarise
from gbench.suite.cell import Cell


def gather(run: RunDirectory, cells: Iterable[Cell]) -> tuple[list[Row], list[Failure]]:
    """A row for every cell with a replica that has ended, and a line for every one that was given up."""
    rows, failures = [], []
    for cell in cells:
        curves = load_curves(run.cell_folder(cell.id))
        summary = summary_of(cell, curves)
        if summary.replicas:
            rows.append(Row(cell, summary, curves.seconds.get("train", 0.0)))
        failures += [Failure(cell.name, error["message"]) for error in run.status(cell).errors]
    return rows, failures


def summary_of(cell: Cell, curves: Curves) -> Summary:
    """The statistics of a cell over those of its replicas that have ended."""
    statuses = {
        replica: (outcome.status, outcome.step)
        for replica, outcome in curves.outcomes.items()
        if replica < cell.replicas
    }
    probed = {key: found for probe in curves.probes.values() for key, found in probe.values.items()}
    return summarise(cell, curves.measurements, statuses, curves.traces, curves.sampling, probed)


def statistics_of(cell: Cell, curves: Curves) -> dict[str, float]:
    """The finite statistics of a cell, by name."""
    return summary_of(cell, curves).metrics()
