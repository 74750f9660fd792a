"""Contests between trained models: their scores over the cells of a data set."""

from math import inf

from gbench.record import ContestRecord
from gbench.report.blocks import Block, Item, Section, Table, Text
from gbench.report.numerals import significant
from gbench.report.study import DatasetResults, Entry, Study


def contests(study: Study, results: DatasetResults) -> Section:
    """A table for each contest of the data set, and why something is missing in it."""
    blocks: list[Block] = []
    for record in study.contests:
        if record.dataset == results.dataset:
            blocks += _blocks(record, results)
    return Section("Contests between the trained models", blocks)


def _blocks(record: ContestRecord, results: DatasetResults) -> list[Block]:
    notes = [Text(note, "note") for note in [*filter(None, [record.error]), *record.notes]]
    entries = [entry for entry in results.everyone if entry.cell.id in record.cells]
    entries.sort(key=lambda entry: (_cost(record, entry), entry.title))
    if not record.values or not entries:
        return [*notes]
    columns = ["technique", *(_head(record, key) for key in record.values)]
    rows = [
        [Item(entry.title, technique=entry.label), *(_item(record, key, entry) for key in record.values)]
        for entry in entries
    ]
    name = f"contest-{results.dataset}-{record.contest}"
    caption = "Medians over the replicas; one without a number counts as the worst."
    return [Table(name, record.contest, columns, rows, caption), *notes]


def _head(record: ContestRecord, key: str) -> str:
    return f"{key} {'↓' if record.scores[key][0] == 'min' else '↑'}"


def _cost(record: ContestRecord, entry: Entry) -> float:
    """By the first key, less is better; those that took no part last."""
    key = next(iter(record.values), None)
    median = None if key is None else record.median(key, entry.cell.id)
    if key is None or median is None:
        return inf
    return median if record.scores[key][0] == "min" else -median


def _item(record: ContestRecord, key: str, entry: Entry) -> Item:
    median = record.median(key, entry.cell.id)
    return Item("– (took no part)") if median is None else Item(significant(median), median)
