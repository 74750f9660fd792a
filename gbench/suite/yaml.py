"""A strict YAML reader: plain data, and the line and column of everything in it.

YAML from strangers is read here, so nothing is ever constructed but mappings, lists, text, numbers,
booleans and null, and size, depth and the expansion of aliases are bounded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from gbench.errors import UserError
from gbench.suite.document import Document, Mark, Trail
from gbench.suite.scalar import read_scalar

MAX_BYTES = 1 << 20
MAX_NODES = 100_000  # after aliases are expanded
MAX_DEPTH = 64

# libyaml's event parser where PyYAML has it; neither constructs anything.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Document:
    """Reads a file. Raises UserError, whose place is `path:line`, on anything that is not strict YAML."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", str(path)) from None
    if len(content) > MAX_BYTES:
        raise UserError("is larger than 1 MiB", f"{path}:1")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UserError("is not UTF-8", f"{path}:{line}") from None
    return parse_yaml(text, str(path))


def parse_yaml(text: str, source: str) -> Document:
    """Reads text; `source` is what error messages call it. Raises UserError."""
    try:
        return _Reader(source, yaml.parse(text, Loader=Loader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise UserError(f"not YAML: {error.problem or error.context}", f"{source}:{line}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise UserError(f"not YAML: {error.reason}", f"{source}:{line}") from None


@dataclass
class _Node:
    """A piece of the tree; `value` is plain data, a list of nodes, or a dict of (key's mark, node)."""

    value: Any
    mark: Mark


@dataclass
class _Reader:
    """Builds a document from the parser's events."""

    source: str
    events: Iterator[Any]
    anchors: dict[str, _Node | None] = field(default_factory=dict)  # None while the node is still open
    nodes: int = 0

    def document(self) -> Document:
        next(self.events)  # the stream starts
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return Document(None, self.source, {(): (1, 1)})
        root = self._node(next(self.events), depth=0)
        next(self.events)  # the document ends
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._error("a second document; one file holds one", _mark(after))
        marks: dict[Trail, Mark | str] = {(): root.mark}
        return Document(self._plain(root, (), marks), self.source, marks)

    def _node(self, event: Any, depth: int) -> _Node:
        mark = _mark(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor), mark)
        if event.tag not in (None, "!"):
            raise self._error(f"tag {event.tag} is not allowed", mark)
        if depth > MAX_DEPTH:
            raise self._error(f"nested deeper than {MAX_DEPTH}", mark)
        if event.anchor:
            self.anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            node = _Node(self._scalar(event, mark), mark)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = _Node(self._list(depth), mark)
        else:
            node = _Node(self._mapping(depth), mark)
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def _alias(self, name: str, mark: Mark) -> _Node:
        if name not in self.anchors:
            raise self._error(f"alias *{name} has no anchor before it", mark)
        node = self.anchors[name]
        if node is None:
            raise self._error(f"alias *{name} is inside its own anchor", mark)
        return node

    def _scalar(self, event: yaml.ScalarEvent, mark: Mark) -> bool | int | float | str | None:
        if event.style:  # quoted, or a block
            return str(event.value)
        try:
            return read_scalar(event.value)
        except ValueError as error:
            raise self._error(str(error), mark) from None

    def _list(self, depth: int) -> list[_Node]:
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return items

    def _mapping(self, depth: int) -> dict[str, tuple[Mark, _Node]]:
        entries: dict[str, tuple[Mark, _Node]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            mark = _mark(event)
            key = self._node(event, depth + 1).value
            if not isinstance(key, str):
                shown = event.value if isinstance(event, yaml.ScalarEvent) else "of several values"
                raise self._error(f"key {shown} is not text; quote it", mark)
            if key in entries:
                raise self._error(f"duplicate key '{key}', first on line {entries[key][0][0]}", mark)
            entries[key] = mark, self._node(next(self.events), depth + 1)
        return entries

    def _plain(self, node: _Node, path: Trail, marks: dict[Trail, Mark | str]) -> Any:
        """The node as plain data; every alias becomes a copy, which counts."""
        if len(path) > MAX_DEPTH:
            raise self._error(f"nested deeper than {MAX_DEPTH} once aliases are expanded", node.mark)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._error(f"more than {MAX_NODES:,} values once aliases are expanded", node.mark)
        if isinstance(node.value, list):
            for index, item in enumerate(node.value):
                marks[*path, index] = item.mark
            return [self._plain(item, (*path, index), marks) for index, item in enumerate(node.value)]
        if isinstance(node.value, dict):
            for key, (mark, _) in node.value.items():
                marks[*path, key] = mark
            return {key: self._plain(item, (*path, key), marks) for key, (_, item) in node.value.items()}
        return node.value

    def _error(self, message: str, mark: Mark) -> UserError:
        return UserError(message, f"{self.source}:{mark[0]}")


def _mark(event: Any) -> Mark:
    return event.start_mark.line + 1, event.start_mark.column + 1
