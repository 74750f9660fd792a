"""What it cost: seconds of training and of evaluation, and steps a second."""

from gbench.report.blocks import Item, Section, Table
from gbench.report.numerals import clock, significant
from gbench.report.sections.ranking import MOST
from gbench.report.study import DatasetResults, Entry

COLUMNS = ["technique", "training", "evaluation", "record", "evaluation / training", "seed-steps a second"]


def costs(results: DatasetResults) -> Section:
    """Of all replicas of a cell together, whichever machine trained them."""
    entries = [entry for entry in results.ranked if entry.seconds][:MOST]
    if not entries:
        return Section("Costs")
    machines = sorted({_machine(facts) for entry in entries for facts in entry.facts} - {""})
    caption = "Added up over a cell's cohorts. " + "; ".join(machines)
    rows = [_row(entry) for entry in entries]
    return Section("Costs", [Table(f"costs-{results.dataset}", "Time", COLUMNS, rows, caption.strip())])


def _row(entry: Entry) -> list[Item]:
    train = entry.seconds.get("train", 0.0)
    spent = [entry.seconds.get(purpose, 0.0) for purpose in ("train", "evaluate", "record")]
    steps = sum(step for _, step in entry.outcomes.values())
    share, pace = (spent[1] / train, steps / train) if train else (0.0, 0.0)
    return [
        Item(entry.title, technique=entry.label),
        *(Item(clock(seconds), seconds) for seconds in spent),
        Item(f"{share:.0%}" if train else "–", share),
        Item(significant(pace) if train else "–", pace),
    ]


def _machine(facts: dict[str, object]) -> str:
    known = [("device", "{}"), ("threads", "{} threads"), ("torch", "torch {}"), ("python", "Python {}")]
    return ", ".join(form.format(facts[name]) for name, form in known if name in facts)
