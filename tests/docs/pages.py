"""Reading the Markdown pages: their code blocks, links, headings and tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGES = [
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CODE_OF_CONDUCT.md",
    ROOT / "SECURITY.md",
    ROOT / "results/README.md",
]

FENCE = re.compile(r"```(?P<label>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([\w/-]+\.(?:py|toml|yaml))`")
LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")
INLINE = re.compile(r"`(gbench [^`]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block. `file` is the last file that the paragraph before it names, empty if it names none."""

    page: Path
    line: int
    label: str
    text: str
    file: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        lead = text[: match.start()].rstrip("\n").rpartition("\n\n")[2]
        files = [] if lead.endswith("```") else FILE.findall(lead)
        line = text.count("\n", 0, match.start()) + 1
        yield Block(page, line, match["label"], match["text"], files[-1] if files else "")


def all_blocks(label: str) -> list[Block]:
    """The blocks of all pages with exactly this label."""
    return [block for page in PAGES for block in blocks(page) if block.label == label]


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The anchors of the headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def table(page: Path, heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, the head and its rule left out."""
    below = page.read_text(encoding="utf-8").partition(f"\n{heading}\n")[2]
    rows = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert rows, f"{page.name} has no table below {heading}"
    lines = rows[0].splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in lines]


def commands(page: Path) -> Iterator[str]:
    """Every gbench command: lines of `sh` blocks, and inline code."""
    for block in blocks(page):
        if block.label == "sh":
            yield from re.findall(r"^(?:\w+=\S+ )*(gbench [^>|&#\n]+)", block.text, re.MULTILINE)
    yield from INLINE.findall(prose(page))
