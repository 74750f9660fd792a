"""The answer at a glance, as Markdown for a page that has little room: MLflow's descriptions."""

from dataclasses import dataclass, field
from pathlib import Path

from gbench.report.document import Block, Item, Table, Text
from gbench.report.markdown import plain, render
from gbench.report.publish import write_report
from gbench.report.reading import read_study
from gbench.report.sections.overall import answers
from gbench.report.study import Entry, Ground, Study
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
    blocks += [_ranking(ground) for ground in study.grounds if ground.ranked]
    places, lines = {}, {}
    for ground in study.grounds:
        width = max(2, len(str(len(ground.ranked))))
        for rank, entry in enumerate(ground.ranked, start=1):
            places[entry.cell.id] = f"{ground.dataset} {rank:0{width}}"
            lines[entry.cell.id] = _line(ground, entry, rank)
    return Brief("\n\n".join(render(block, Path()) for block in blocks), places, lines)


def _ranking(ground: Ground) -> Table:
    key = ground.primary
    columns = [ground.dataset, *([ground.arrow(key)] if key else []), "converged", "diverged", "collapsed"]
    rows = [_row(entry, key, rank) for rank, entry in enumerate(ground.ranked[:MOST], start=1)]
    left = len(ground.ranked) - len(rows)
    return Table(
        f"brief-{ground.dataset}", "", columns, rows, f"{left} more are in the report." if left else ""
    )


def _row(entry: Entry, key: str | None, rank: int) -> list[Item]:
    score = [Item(score_text(entry, key))] if key else []
    name = f"{rank}. {'⚠ ' if entry.fails else ''}{entry.title}"
    return [Item(name), *score, *(Item(text) for text in _counts(entry).values())]


def _counts(entry: Entry) -> dict[str, str]:
    return {name: entry.row.count(name) for name in ("converged", "diverged", "collapsed")}


def _line(ground: Ground, entry: Entry, rank: int) -> str:
    score = f": {ground.primary} {score_text(entry, ground.primary)}" if ground.primary else ""
    counts = [f"{name} {count}" for name, count in _counts(entry).items() if count != "–"]
    head = f"Rank {rank} of {len(ground.ranked)} on {ground.dataset}{score}"
    return plain(f"{head}; {', '.join(counts)}.")
