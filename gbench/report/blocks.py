"""A report before it has a form: sections of paragraphs, tables, figures, pictures and code."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True)
class Text:
    """A paragraph. `stressed`: the answer, which is read first. `warning`: what must not be overlooked."""

    text: str
    tone: str = ""  # "", "stressed", "warning" or "note"


@dataclass(frozen=True)
class Item:
    """A table's cell: its text, and the number that sorts it. technique: whose colour it wears."""

    text: str
    order: float | None = None
    technique: str | None = None
    warning: bool = False


@dataclass(frozen=True)
class Table:
    """name: of its file. The first column is text, the others are numbers."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Item]]
    caption: str = ""


@dataclass(frozen=True)
class Figure:
    """name: of its file. svg: the drawing. The caption says what to see in it."""

    name: str
    title: str
    svg: str
    caption: str = ""


@dataclass(frozen=True)
class Strip:
    """The pictures of one replica over training: (step, file)."""

    heading: str
    shots: Sequence[tuple[int, Path]]


@dataclass(frozen=True)
class Gallery:
    """Pictures side by side: a row for each (technique, title, strips)."""

    name: str
    title: str
    rows: Sequence[tuple[str, str, Sequence[Strip]]]
    caption: str = ""


@dataclass(frozen=True)
class Code:
    """Text to paste, folded away below its title."""

    title: str
    text: str
    language: str = "yaml"


Block: TypeAlias = Text | Table | Figure | Gallery | Code


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it."""

    title: str
    blocks: Sequence[Block] = ()
    children: Sequence["Section"] = field(default_factory=tuple)

    @property
    def empty(self) -> bool:
        return not self.blocks and all(child.empty for child in self.children)


@dataclass(frozen=True)
class Report:
    """A report's title, its techniques with their colours, and its sections."""

    title: str
    lead: str
    colours: dict[str, str]
    sections: Sequence[Section]
    footer: str = ""
