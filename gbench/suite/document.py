"""Plain data that knows where each part of it was written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gbench.errors import UserError

Mark = tuple[int, int]  # line and column, from 1
Trail = tuple[str | int, ...]  # keys and indices from the root


@dataclass(frozen=True)
class Document:
    """Plain data, its source, and for each trail the mark of its key, in a list of the item.

    A mark may also be text: the place of a value that came from elsewhere, as `--set budget.steps=9`.
    """

    data: Any
    source: str
    marks: dict[Trail, Mark | str]

    def place(self, *trail: str | int) -> str:
        """Where that part, or the nearest one above it, is written: `suites/x.yaml:13`."""
        while trail and trail not in self.marks:
            trail = trail[:-1]
        mark = self.marks.get(trail, (1, 1))
        return mark if isinstance(mark, str) else f"{self.source}:{mark[0]}"

    def part(self, *trail: str | int) -> "Part":
        """The part at that trail, which must exist."""
        value = self.data
        for step in trail:
            value = value[step]
        return Part(value, self, trail)


@dataclass(frozen=True)
class Part:
    """A value of a document, with its trail."""

    value: Any
    document: Document
    trail: Trail

    @property
    def place(self) -> str:
        return self.document.place(*self.trail)

    def entries(self, what: str) -> Iterator[tuple[str, "Part"]]:
        """The keys and values of a mapping. Raises UserError, calling it `what`, where it is none."""
        if not isinstance(self.value, dict):
            raise UserError(f"{what} must be a mapping of keys to values", self.place)
        for key, value in self.value.items():
            yield key, Part(value, self.document, (*self.trail, key))

    def items(self, what: str) -> Iterator["Part"]:
        """The items of a list. Raises UserError, calling it `what`, where it is none."""
        if not isinstance(self.value, list):
            raise UserError(f"{what} must be a list", self.place)
        for index, value in enumerate(self.value):
            yield Part(value, self.document, (*self.trail, index))

    def text(self, what: str) -> str:
        """The value as text. Raises UserError, calling it `what`, where it is not text."""
        if not isinstance(self.value, str):
            raise UserError(f"{what} must be text, not {self.value!r}", self.place)
        return self.value
