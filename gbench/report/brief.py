"""The answer at a glance, as Markdown for a page that has little room: MLflow's descriptions."""

from dataclasses import dataclass, field
from pathlib import Path

from gbench.report.blocks import Block, Item, Table, Text
from gbench.report.markdown import plain, render
from gbench.report.publish import write_report
from gbench.report.reading import read_study
from gbench.report.sections.overall import answers
from gbench.report.study import DatasetResults, Entry, Study
from gbench.report.verdict import score_text

MOST = 10  # rows of a ranking


@dataclass(frozen=True)
class Brief:
    """text: the answer, then a short ranking of each data set. places and lines: by the id of a cell.

    A place sorts: `ring 01` is the best on its data set. A line says how the cell did.
    """

    text: str
    places: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)


def publish(run: Path, folder: Path) -> Brief:
    """Write the report of a run directory into `folder`, and what to say about it."""
    study = read_study(run)
    write_report(study, folder)
    return brief(study)


def brief(study: Study) -> Brief:
    """A sentence for each data set, and who is ahead there."""
    blocks: list[Block] = [block for block in answers(study).blocks if block != Text(study.summary)]
    blocks += [_ranking(results) for results in study.datasets if results.ranked]
    places, lines = {}, {}
    for results in study.datasets:
        width = max(2, len(str(len(results.ranked))))
        for rank, entry in enumerate(results.ranked, start=1):
            places[entry.cell.id] = f"{results.dataset} {rank:0{width}}"
            lines[entry.cell.id] = _line(results, entry, rank)
    return Brief("\n\n".join(render(block, Path()) for block in blocks), places, lines)


def _ranking(results: DatasetResults) -> Table:
    key = results.primary
    columns = [results.dataset, *([results.arrow(key)] if key else []), "converged", "diverged", "collapsed"]
    rows = [_row(entry, key, rank) for rank, entry in enumerate(results.ranked[:MOST], start=1)]
    left = len(results.ranked) - len(rows)
    return Table(
        f"brief-{results.dataset}", "", columns, rows, f"{left} more are in the report." if left else ""
    )


def _row(entry: Entry, key: str | None, rank: int) -> list[Item]:
    score = [Item(score_text(entry, key))] if key else []
    name = f"{rank}. {'⚠ ' if entry.fails else ''}{entry.title}"
    return [Item(name), *score, *(Item(text) for text in _counts(entry).values())]


def _counts(entry: Entry) -> dict[str, str]:
    return {name: entry.row.count(name) for name in ("converged", "diverged", "collapsed")}


def _line(results: DatasetResults, entry: Entry, rank: int) -> str:
    score = f": {results.primary} {score_text(entry, results.primary)}" if results.primary else ""
    counts = [f"{name} {count}" for name, count in _counts(entry).items() if count != "–"]
    head = f"Rank {rank} of {len(results.ranked)} on {results.dataset}{score}"
    return plain(f"{head}; {', '.join(counts)}.")
