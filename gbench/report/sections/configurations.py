"""Every cell's configuration, and the command that reproduces it."""

from gbench.report.blocks import Block, Code, Section, Text
from gbench.report.pasting import paste
from gbench.report.study import DatasetResults, Study

MOST = 60  # cells of a data set whose configuration is in the page; export has all


def configurations(results: DatasetResults) -> Section:
    """Each as a suite of one cell."""
    entries = results.everyone
    chosen = entries if len(entries) <= MOST else (results.leaders or entries)[:MOST]
    text = (
        "Each is a suite of one cell, with the same identity and so the same numbers: save it as cell.yaml, "
    )
    text += "then run `gbench run cell.yaml`."
    if len(chosen) < len(entries):
        text += f" {len(chosen)} of {len(entries)} cells are here; `gbench export` writes all."
    blocks: list[Block] = [Text(text, "note")]
    blocks += [Code(f"{entry.title} ({entry.cell.id})", paste(entry.cell)) for entry in chosen]
    return Section("Configurations", blocks if chosen else [])


def reproduce(study: Study) -> Section:
    """The suite as run."""
    if not study.suite:
        return Section("Reproduce it")
    text = (
        f"Save this as {study.name}.yaml, then run `gbench run {study.name}.yaml`; it trains what is missing."
    )
    return Section("Reproduce it", [Text(text, "note"), Code(f"{study.name}.yaml", study.suite)])
