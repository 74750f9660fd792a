"""Contests between trained models: their scores over the cells of a data set."""

from math import inf
from pathlib import Path

from gbench.record import ContestRecord
from gbench.record.contests import contest_of
from gbench.report.document import Block, Item, Section, Table, Text
from gbench.report.numerals import significant
from gbench.report.study import Entry, Ground, Study


def contests(study: Study, ground: Ground) -> Section:
    """A table for each contest of the data set, and why something is missing in it."""
    records = [contest_of(data, Path(study.name)) for data in study.contests]
    blocks: list[Block] = []
    for record in records:
        if record.dataset == ground.dataset:
            blocks += _blocks(record, ground)
    return Section("Contests between the trained models", blocks)


def _blocks(record: ContestRecord, ground: Ground) -> list[Block]:
    notes = [Text(note, "note") for note in [*filter(None, [record.error]), *record.notes]]
    entries = [entry for entry in ground.everyone if entry.cell.id in record.cells]
    entries.sort(key=lambda entry: (_cost(record, entry), entry.title))
    if not record.values or not entries:
        return [*notes]
    columns = [
        "technique",
        *(f"{key} {'↓' if record.scores[key][0] == 'min' else '↑'}" for key in record.values),
    ]
    rows = [
        [Item(entry.title, technique=entry.label), *(_item(record, key, entry) for key in record.values)]
        for entry in entries
    ]
    name = f"contest-{ground.dataset}-{record.contest}"
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
