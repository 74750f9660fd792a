"""The techniques across the data sets."""

import numpy as np

from gbench.report.blocks import Block, Item, Section, Table, Text
from gbench.report.numerals import significant
from gbench.report.study import DatasetResults, Entry, Study
from gbench.report.verdict import answer, ranks_by
from gbench.statistics.ranks import rank_techniques
from gbench.statistics.scores import Score

ALPHA = 0.05


def answers(study: Study) -> Section:
    """What a reader with a minute reads: the question, and a sentence for each data set."""
    blocks: list[Block] = [Text(study.summary)] if study.summary else []
    for results in study.datasets:
        first, *others = answer(results)
        blocks.append(Text(*first))
        blocks += [Text(text, tone) for text, tone in others if tone == "warning"]
    sentence = _sentence(study)
    return Section("The answer", [*blocks, *([Text(sentence)] if sentence else [])])


def overall(study: Study) -> Section:
    """Ranks by data set, each technique with its best point; empty with one data set or one technique."""
    datasets = _ranked_datasets(study)
    rows = _rows(study)
    if not rows:
        return Section("Across the data sets")
    everywhere = sorted(row[0].text for row in rows if row[-1].order is not None)
    columns = ["technique", *(f"rank on {results.dataset}" for results in datasets), "mean rank"]
    caption = f"By the primary metric, 1 is the best. {_significance(datasets, everywhere)}"
    return Section("Across the data sets", [Table("overall", "Ranks", columns, rows, caption)])


def _ranked_datasets(study: Study) -> list[DatasetResults]:
    return [results for results in study.datasets if results.ranked and results.primary]


def _rows(study: Study) -> list[list[Item]]:
    """The ranks by data set, the best mean first; none with one data set or one technique."""
    ranks = [_ranks(results) for results in _ranked_datasets(study)]
    if len(ranks) < 2 or len(study.labels) < 2:
        return []
    return sorted((_row(label, ranks) for label in study.labels), key=_by_mean)


def _ranks(results: DatasetResults) -> dict[str, int]:
    assert results.primary is not None
    by_cell = ranks_by(results.leaders, results.primary)
    return {entry.label: by_cell[entry.cell.id] for entry in results.leaders if entry.cell.id in by_cell}


def _row(label: str, ranks: list[dict[str, int]]) -> list[Item]:
    own = [of.get(label) for of in ranks]
    items = [Item("– (not run)") if rank is None else Item(str(rank), rank) for rank in own]
    known = [rank for rank in own if rank is not None]
    whole = len(known) == len(own)
    mean = float(np.mean(known)) if whole else None
    return [Item(label, technique=label), *items, Item(significant(mean) if mean else "–", mean)]


def _by_mean(row: list[Item]) -> tuple[float, str]:
    return (np.inf if row[-1].order is None else row[-1].order, row[0].text)


def _sentence(study: Study) -> str:
    rows = _rows(study)
    if not rows or rows[0][-1].order is None:
        return ""
    first = rows[0]
    same = [row[0].text for row in rows if row[-1].order == first[-1].order]
    if len(same) > 1:
        return f"Across the data sets, {' and '.join(same)} share the best mean rank, {first[-1].text}."
    failed = [
        results.dataset
        for results in study.datasets
        if all(entry.fails for entry in results.ranked if entry.label == first[0].text)
    ]
    but = f", but fails on {' and '.join(failed)}" if failed else ""
    return f"Across the data sets, {first[0].text} ranks best on average ({first[-1].text}){but}."


def _significance(datasets: list[DatasetResults], everywhere: list[str]) -> str:
    """Wilcoxon with Holm's adjustment, which needs six data sets."""
    if len(everywhere) < 2:
        return ""
    costs = [[_cost(results, label) for label in everywhere] for results in datasets]
    ranking = rank_techniques(costs, Score("min"))
    if ranking is None:
        return f"{len(datasets)} data sets are too few for a test of the ranks; six are the least."
    alike = [" = ".join(everywhere[index] for index in clique) for clique in ranking.cliques(ALPHA)]
    p = "" if ranking.friedman is None else f"Friedman's test: p = {significant(ranking.friedman)}. "
    return p + ("Not told apart (Wilcoxon, Holm): " + "; ".join(alike) + "." if alike else "All differ.")


def _cost(results: DatasetResults, label: str) -> float:
    entry: Entry = next(entry for entry in results.leaders if entry.label == label)
    score = entry.score(str(results.primary))
    return score.sign * entry.summary.statistics[f"median/{results.primary}"]
