"""How much the points of the grid matter, and what a few trials would find."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from gbench.report.blocks import Block, Figure, Item, Section, Table
from gbench.report.figures.heat_map import draw_heat_map
from gbench.report.figures.line_plot import draw_lines
from gbench.report.numerals import significant
from gbench.report.study import DatasetResults, Entry, Study
from gbench.statistics.arrays import Floats
from gbench.statistics.quantiles import median
from gbench.statistics.sensitivity import expected_best, share_that_works

MOST_MAPS = 12  # with two axes: a map for each technique


def sensitivity(study: Study, results: DatasetResults) -> Section:
    """Empty where the suite has no grid, or no metric ranks."""
    key = results.primary
    if key is None or not results.has_grid:
        return Section("Sensitivity")
    axes = list(dict.fromkeys(path for entry in results.ranked for path in entry.cell.point))
    blocks: list[Block] = [_best_of_k(study, results, key), _shares(results)]
    if len(axes) == 1:
        blocks += [_one_axis(results, key, axes[0])]
    else:
        labels = list(results.points)[:MOST_MAPS]
        blocks += [_two_axes(results, key, label, axes[0], axes[1], len(axes)) for label in labels]
    return Section("Sensitivity to the grid", [block for block in blocks if block])


def _best_of_k(study: Study, results: DatasetResults, key: str) -> Figure:
    lines = {
        label: expected_best([entry.statistic(f"median/{key}") for entry in points], points[0].score(key))
        for label, points in results.points.items()
    }
    name = f"best-of-k-{results.dataset}"
    labels = ("trials: points of the grid, drawn at random", f"{results.arrow(key)}: expected best")
    return Figure(
        name,
        "Expected best of k trials",
        draw_lines(name, results.leaders, lines, labels, study.colours),
        "What a search of k points finds on average, by the median over seeds. A line starts where no "
        "point that diverged is expected any more.",
    )


def _shares(results: DatasetResults) -> Table:
    rows = []
    for label, points in results.points.items():
        share = share_that_works([not entry.fails for entry in points])
        rows.append(
            [Item(label, technique=label), Item(f"{round(share * len(points))}/{len(points)}", share)]
        )
    caption = "Works: reaches its thresholds, and does not diverge, in at least half of the seeds."
    return Table(
        f"grid-{results.dataset}", "Share of the grid that works", ["technique", "works"], rows, caption
    )


def _one_axis(results: DatasetResults, key: str, axis: str) -> Figure:
    columns = _values(results.ranked, axis)
    rows = list(results.points)[:40]
    tiles = np.full((len(rows), len(columns)), np.nan)
    for row, label in enumerate(rows):
        for entry in results.points[label]:
            tiles[row, columns.index(entry.cell.point.get(axis))] = entry.summary.statistics[f"median/{key}"]
    return _map(results, key, f"{results.dataset}", results.arrow(key), tiles, rows, columns, axis)


def _two_axes(results: DatasetResults, key: str, label: str, first: str, second: str, axes: int) -> Figure:
    """Over further axes the median is taken."""
    entries = results.points[label]
    rows, columns = _values(entries, first), _values(entries, second)
    found: dict[tuple[int, int], list[float]] = {}
    for entry in entries:
        place = rows.index(entry.cell.point.get(first)), columns.index(entry.cell.point.get(second))
        found.setdefault(place, []).append(entry.summary.statistics[f"median/{key}"])
    tiles = np.full((len(rows), len(columns)), np.nan)
    for place, values in found.items():
        tiles[place] = float(median(values))
    title = f"{label}: {results.arrow(key)}, {first} downwards"
    title += ", median over the other axes" if axes > 2 else ""
    return _map(
        results,
        key,
        f"{results.dataset}-{label}",
        title,
        tiles,
        [_text(value) for value in rows],
        columns,
        second,
    )


def _values(entries: Sequence[Entry], axis: str) -> list[Any]:
    """The values of an axis, numbers ascending, in the order of the suite otherwise."""
    values = list(
        {repr(entry.cell.point.get(axis)): entry.cell.point.get(axis) for entry in entries}.values()
    )
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    return sorted(values) if numbers else values


def _text(value: Any) -> str:
    return significant(value) if isinstance(value, float) else str(value)


def _map(
    results: DatasetResults,
    key: str,
    place: str,
    title: str,
    tiles: Floats,
    rows: list[str],
    columns: list[Any],
    axis: str,
) -> Figure:
    name = f"grid-{place}"
    less = results.ranked[0].score(key).direction == "min"
    svg = draw_heat_map(
        name, title, tiles, rows, [_text(value) for value in columns], axis, less_is_better=less
    )
    return Figure(name, title, svg, "Dark is better; hatched: too many seeds have no score; white: not run.")
