"""What probes found when they looked at the trained networks: numbers, histograms and pictures."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from gbench.record.history import Probed
from gbench.report.blocks import Block, Figure, Gallery, Item, Section, Strip, Table, Text
from gbench.report.figures.shares import draw_shares
from gbench.report.numerals import significant
from gbench.report.sections.samples import SHOWN
from gbench.report.study import DatasetResults, Entry
from gbench.report.verdict import listing
from gbench.statistics.arrays import Floats

MOST_COLUMNS = 64  # of a histogram

Found = list[tuple[Entry, Probed]]


def probes(results: DatasetResults) -> Section:
    """Of the best point of each technique, whatever the probes are."""
    entries = [entry for entry in results.leaders if entry.probes]
    blocks: list[Block] = []
    for name in dict.fromkeys(name for entry in entries for name in entry.probes):
        found = [(entry, entry.probes[name]) for entry in entries if name in entry.probes]
        parts = (_reasons(name, found), _numbers(results, name, found), _histograms(results, name, found))
        blocks += [block for part in (*parts, _sheets(results, name, found)) for block in part]
    return Section("Probes of the trained networks", blocks)


def _reasons(name: str, found: Found) -> list[Text]:
    """Why a probe could not look."""
    reasons = {reason: entry.title for entry, probe in found for reason in probe.reasons.values()}
    return [Text(f"{name} could not look at {where}: {reason}", "note") for reason, where in reasons.items()]


def _numbers(results: DatasetResults, name: str, found: Found) -> list[Table]:
    keys = list(dict.fromkeys(key for _, probe in found for key in probe.values))
    if not keys:
        return []
    rows = [
        [Item(entry.title, technique=entry.label), *(_score(entry, key) for key in keys)]
        for entry, _ in found
    ]
    columns = ["technique", *(_head(found, key) for key in keys)]
    caption = "A diverged seed counts as the worst there is."
    return [
        Table(f"probe-{results.dataset}-{name}", f"{name}: medians with intervals", columns, rows, caption)
    ]


def _head(found: Found, key: str) -> str:
    scores = [entry.cell.probed[key] for entry, _ in found if key in entry.cell.probed]
    return f"{key} {'↓' if scores[0][0] == 'min' else '↑'}" if scores else key


def _score(entry: Entry, key: str) -> Item:
    if entry.statistic(f"median/{key}") is None:
        return Item("– (not looked at)")
    return Item(entry.row.score(key), entry.statistic(f"median/{key}"))


def _histograms(results: DatasetResults, name: str, found: Found) -> list[Figure]:
    """Tables of one row of numbers a replica, as means over the replicas that have one."""
    figures = []
    for table in dict.fromkeys(table for _, probe in found for table in probe.tables):
        rows = [(entry.title, _mean(probe.tables.get(table, {}).values())) for entry, probe in found]
        kept = [(title, row) for title, row in rows if 1 < row.size <= MOST_COLUMNS]
        if kept and len({row.size for _, row in kept}) == 1:
            file, title = f"probe-{results.dataset}-{name}-{table}", f"{name}: {table}"
            tiles = np.array([row for _, row in kept])
            svg = draw_shares(file, title, [title for title, _ in kept], tiles)
            figures.append(Figure(file, title, svg, _caption(kept, tiles)))
    return figures


def _caption(kept: list[tuple[str, Floats]], tiles: Floats) -> str:
    empty = [title for (title, _), row in zip(kept, tiles, strict=True) if (row == 0).any()]
    caption = f"Mean over the seeds, from {significant(tiles.min())} to {significant(tiles.max())}."
    return caption + (f" With empty columns: {listing(empty)}." if empty else "")


def _mean(rows: Iterable[Any]) -> Floats:
    """The mean of the replicas' rows; empty where they are no rows of numbers of one length."""
    try:
        values = np.array([row for row in rows if row is not None], dtype=np.float64)
    except (TypeError, ValueError):
        return np.empty(0)
    known = values.ndim == 2 and values.size and np.isfinite(values).all()
    return values.mean(axis=0) if known else np.empty(0)


def _sheets(results: DatasetResults, name: str, found: Found) -> list[Gallery]:
    """The first replica's pictures of the techniques that rank best."""
    galleries = []
    for picture in dict.fromkeys(picture for _, probe in found for picture in probe.pictures):
        shown = [(entry, probe.pictures[picture]) for entry, probe in found if probe.pictures.get(picture)]
        rows = [(entry.label, entry.title, [_strip(entry, files)]) for entry, files in shown[:SHOWN]]
        galleries.append(Gallery(f"probe-{results.dataset}-{name}-{picture}", f"{name}: {picture}", rows))
    return galleries


def _strip(entry: Entry, files: dict[int, Any]) -> Strip:
    replica = min(files)
    _, step = entry.outcomes.get(replica, ("", 0))
    return Strip(f"seed {replica}", [(step, files[replica])])
