"""Writes a report: the page, the same as Markdown with its figures, and the tables as files."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from gbench.errors import UserError
from gbench.report.blocks import Report, Section, Table
from gbench.report.html import to_html
from gbench.report.markdown import file_name, to_markdown_page
from gbench.report.outline import outline
from gbench.report.study import Study, failures_of, rows_of
from gbench.report.writers import to_csv, to_json

PAGE = "report.html"


def write_report(study: Study, folder: Path) -> Path:
    """Write all of it into `folder`, over what an earlier report left there; the page's path."""
    document = outline(study)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PAGE).write_text(to_html(document), encoding="utf-8")
        (folder / "report.md").write_text(to_markdown_page(document, folder), encoding="utf-8")
        _write_tables(study, document, folder)
    except OSError as error:
        raise UserError(f"cannot write the report there: {error.strerror}", str(folder)) from error
    return folder / PAGE


def _write_tables(study: Study, document: Report, folder: Path) -> None:
    rows, failures = rows_of(study.entries), failures_of(study.entries)
    (folder / "report.csv").write_text(to_csv(rows), encoding="utf-8")
    (folder / "report.json").write_text(to_json(rows, failures), encoding="utf-8")
    (folder / "tables").mkdir(exist_ok=True)
    for table in tables_in(document.sections):
        path = folder / "tables" / f"{file_name(table.name)}.csv"
        path.write_text(table_csv(table), encoding="utf-8")


def tables_in(sections: Sequence[Section]) -> Iterator[Table]:
    """Every table of the sections."""
    for section in sections:
        yield from (block for block in section.blocks if isinstance(block, Table))
        yield from tables_in(section.children)


def table_csv(table: Table) -> str:
    """A table with the texts that the page shows."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([item.text for item in row] for row in table.rows)
    return stream.getvalue()
