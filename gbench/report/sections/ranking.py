"""Who is ahead: the answer in words, the ranking with intervals, and the rank by every other measure."""

from gbench.report.blocks import Block, Figure, Item, Section, Table, Text
from gbench.report.figures.canvas import DRAWN
from gbench.report.figures.interval_plot import draw_intervals
from gbench.report.numerals import clock, significant
from gbench.report.study import DatasetResults, Entry, Study
from gbench.report.verdict import (
    answer,
    chance_text,
    compare_last,
    ranks_by,
    ranks_by_convergence,
    score_text,
    threshold_words,
)

GIVEN_UP = 50  # cells whose reasons are shown
FAILING = 30  # cells that are named
MOST = 400  # rows of a table in the page; all are in the CSV and JSON files


def ranking(study: Study, results: DatasetResults) -> Section:
    """What a reader with a minute reads."""
    blocks: list[Block] = [Text(text, tone) for text, tone in answer(results)]
    key = results.primary
    if results.ranked and key is not None:
        blocks.append(_figure(study, results, key))
    if results.ranked:
        blocks.append(_table(results))
    return Section("Who is ahead", blocks)


def _figure(study: Study, results: DatasetResults, key: str) -> Figure:
    left = len(results.ranked) - DRAWN
    return Figure(
        f"ranking-{results.dataset}",
        f"Ranking by {results.arrow(key)}",
        draw_intervals(f"ranking-{results.dataset}", results.ranked, key, results.arrow(key), study.colours),
        "Dot: median over seeds; line: its 95 % interval; small dots: the seeds. Hollow: it "
        "misses its thresholds, or diverges, in most seeds."
        + (" Dashed: the threshold." if key in results.ranked[0].cell.thresholds else "")
        + (f" {left} more are in the table." if left > 0 else ""),
    )


def _table(results: DatasetResults) -> Table:
    key = results.primary
    names = {"converged": ranks_by_convergence(results.ranked)} | {
        key: ranks_by(results.ranked, key) for key in results.keys[1:]
    }
    by = {name: ranks for name, ranks in names.items() if ranks}
    first = [f"{results.arrow(key)}, median [95 %]", "beaten by 1st"] if key else []
    columns = ["technique", *first, "converged", "diverged", "collapsed"]
    columns += [f"rank: {name}" for name in by]
    columns += ["training"]
    top = results.ranked[0]
    rows = [_row(entry, top, key, list(by.values())) for entry in results.ranked[:MOST]]
    hidden = len(results.ranked) - len(rows)
    caption = (
        "Beaten by 1st: how probably the first scores better on the same seed (Wilson's 95 % interval). "
    )
    caption += "Each interval stands for itself; none is adjusted for how many there are."
    if hidden:
        caption += f" {hidden} more rows are in report.csv."
    return Table(f"ranking-{results.dataset}", "The ranking", columns, rows, caption if key else "")


def _row(entry: Entry, top: Entry, key: str | None, ranks: list[dict[str, int]]) -> list[Item]:
    name = f"⚠ {entry.title}" if entry.fails else entry.title
    items = [Item(name, technique=entry.label, warning=entry.fails)]
    if key is not None:
        items.append(Item(score_text(entry, key), entry.summary.statistics[f"median/{key}"]))
        items.append(_beaten(entry, top, key))
    for share in ("converged", "diverged", "collapsed"):
        items.append(Item(entry.row.count(share), entry.statistic(share)))
    items += [
        Item(str(rank[entry.cell.id]), rank[entry.cell.id]) if entry.cell.id in rank else Item("–")
        for rank in ranks
    ]
    seconds = entry.seconds.get("train")
    return [*items, Item("–") if seconds is None else Item(clock(seconds), seconds)]


def _beaten(entry: Entry, top: Entry, key: str) -> Item:
    improvement = None if entry is top else compare_last(top, entry, key)
    if improvement is None:
        return Item("–")
    return Item(chance_text(improvement), improvement.probability)


def failures(results: DatasetResults) -> Section:
    """What went wrong: cells given up, those that fail, those that wait."""
    given_up = [
        f"{entry.title} was given up: {message}" for entry in results.everyone for message in entry.errors
    ]
    blocks = [Text(" ".join(text.split()), "warning") for text in given_up[:GIVEN_UP]]
    failing = [entry for entry in results.ranked if entry.fails]
    for text, share, good in (
        ("Diverge in most seeds", "diverged", False),
        (f"Miss the thresholds ({thresholds_text(results)}) in most seeds", "converged", True),
    ):
        named = [_counted(entry, share, good) for entry in failing if _diverges(entry) != good]
        if named:
            more = f" and {len(named) - FAILING} more" if len(named) > FAILING else ""
            blocks.append(Text(f"{text}: {', '.join(named[:FAILING])}{more}."))
    return Section("What failed", blocks)


def _diverges(entry: Entry) -> bool:
    return (entry.statistic("diverged") or 0) > 0.5


def _counted(entry: Entry, share: str, good: bool) -> str:
    """The entry with the number of its seeds that did so."""
    count, total = entry.count(share), entry.summary.replicas
    return f"{entry.title} ({total - count if good else count} of {total})"


def thresholds_text(results: DatasetResults) -> str:
    """The thresholds of a data set, as `modes ≥ 8`."""
    return threshold_words(results.everyone[0])


def metrics(results: DatasetResults) -> Section:
    """Every metric of every cell: median with interval, spread over seeds, error of sampling."""
    if not results.ranked:
        return Section("Every metric")
    columns = ["technique", *(results.arrow(key) for key in results.keys)]
    rows = [
        [Item(entry.title, technique=entry.label), *(_score(entry, key) for key in results.keys)]
        for entry in results.ranked[:MOST]
    ]
    table = Table(
        f"metrics-{results.dataset}", "Medians with their 95 % intervals", columns, rows,
        "Over seeds, at the last measurement. A diverged seed counts as the worst there is; "
        "∞: too many seeds have no score.",
    )  # fmt: skip
    return Section("Every metric", [table, *_spread(results)])


def _score(entry: Entry, key: str) -> Item:
    if key not in entry.cell.scores:
        return Item("– (not measured)")
    return Item(score_text(entry, key), entry.statistic(f"median/{key}"))


def _spread(results: DatasetResults) -> list[Table]:
    """The error of sampling beside the spread over seeds, where it was measured."""
    keys = [
        key
        for key in results.keys
        if any(entry.statistic(f"sampling-error/{key}") is not None for entry in results.ranked)
    ]
    if not keys:
        return []
    columns = [
        "technique",
        *(f"{key}: {what}" for key in keys for what in ("sampling error", "IQR over seeds")),
    ]
    rows = [
        [
            Item(entry.title, technique=entry.label),
            *(_number(entry, f"{name}/{key}") for key in keys for name in ("sampling-error", "iqr")),
        ]
        for entry in results.ranked[:MOST]
    ]
    caption = (
        "Sampling error: by how much the score of one trained network changes with the latents (standard "
        "deviation). Where it is near the spread over seeds, more samples would tell more."
    )
    return [
        Table(
            f"sampling-{results.dataset}",
            "Sampling error beside the spread over seeds",
            columns,
            rows,
            caption,
        )
    ]


def _number(entry: Entry, name: str) -> Item:
    value = entry.statistic(name)
    return Item("–") if value is None else Item(significant(value), value)
