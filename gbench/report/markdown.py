"""A report as Markdown, with its figures and pictures as files beside it."""

from collections.abc import Sequence
from functools import singledispatch
from pathlib import Path
from urllib.parse import quote

from gbench.report.blocks import Code, Figure, Gallery, Report, Section, Table, Text
from gbench.report.html import anchor
from gbench.report.thumbnails import shrunk
from gbench.report.writers import markdown_line

FOLDER = "figures"


def to_markdown_page(document: Report, folder: Path) -> str:
    """The page's text; its figures and pictures are written to `folder`/figures."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    parts = [f"# {plain(document.title)}", plain(document.lead)]
    for section in document.sections:
        parts += _section(section, 2, folder)
    return "\n\n".join([*parts, plain(document.footer)]) + "\n"


def _section(section: Section, level: int, folder: Path) -> list[str]:
    parts = [f"{'#' * level} {plain(section.title)}"]
    parts += [render(block, folder) for block in section.blocks]
    for child in section.children:
        parts += _section(child, level + 1, folder)
    return parts


def plain(text: str) -> str:
    """Text that Markdown takes as it is: no tags, links or emphasis out of a name."""
    flat = " ".join(text.split())
    for sign in "\\<>*_[]":
        flat = flat.replace(sign, f"\\{sign}")
    return flat


def file_name(name: str) -> str:
    """
    >>> file_name("curves-ring-fd/a b")
    'curves-ring-fd-a-b'
    """
    return anchor(name)


@singledispatch
def render(block: object, folder: Path) -> str:
    """A block as Markdown."""
    raise TypeError(f"no form for a {type(block).__name__}")


@render.register
def _(block: Text, folder: Path) -> str:
    if block.tone == "stressed":
        return f"**{plain(block.text)}**"
    return f"⚠ {plain(block.text)}" if block.tone == "warning" else plain(block.text)


@render.register
def _(block: Code, folder: Path) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in _runs(block.text)), default=0))
    return (
        f"<details><summary>{plain(block.title)}</summary>\n\n"
        f"{fence}{block.language}\n{block.text.rstrip()}\n{fence}\n\n</details>"
    )


def _runs(text: str) -> list[str]:
    """The runs of backticks in a text."""
    spaced = "".join(sign if sign == "`" else " " for sign in text)
    return spaced.split()


@render.register
def _(block: Table, folder: Path) -> str:
    rules = [":--", *("--:" for _ in block.columns[1:])]
    lines = [block.columns, rules, *([item.text for item in row] for row in block.rows)]
    table = "\n".join(markdown_line([_cell(cell) for cell in line]) for line in lines)
    return "\n\n".join(filter(None, [table, plain(block.caption)]))


def _cell(text: str) -> str:
    """Without what would make a tag, a link or a picture of it."""
    return text.replace("<", "&lt;").replace("](", "]\\(")


@render.register
def _(block: Figure, folder: Path) -> str:
    name = f"{file_name(block.name)}.svg"
    (folder / FOLDER / name).write_text(_standalone(block.svg), encoding="utf-8")
    return "\n\n".join(
        filter(None, [f"![{plain(block.title)}]({FOLDER}/{quote(name)})", plain(block.caption)])
    )


def _standalone(svg: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?>\n{svg}\n'


@render.register
def _(block: Gallery, folder: Path) -> str:
    """The last pictures alone, a row for each technique."""
    heads = max((len(strips) for _, _, strips in block.rows), default=0)
    lines: list[Sequence[str]] = [["technique", *([""] * heads)], [":--", *([":--"] * heads)]]
    for row, (_, title, strips) in enumerate(block.rows):
        cells = [
            _picture(f"{file_name(block.name)}-{row}-{place}.webp", strip.heading, strip.shots[-1][1], folder)
            for place, strip in enumerate(strips)
        ]
        lines.append([_cell(title), *cells, *([""] * (heads - len(cells)))])
    table = "\n".join(markdown_line(line) for line in lines)
    return "\n\n".join(filter(None, [table, plain(block.caption)]))


def _picture(name: str, heading: str, path: Path, folder: Path) -> str:
    data = shrunk(path)
    if not data:
        return "the picture is gone"
    (folder / FOLDER / name).write_bytes(data)
    return f"![{plain(heading)}]({FOLDER}/{quote(name)}) {_cell(heading)}"
