"""`--set dotted.path=value`: changes to a suite from the command line."""

import copy
from collections.abc import Iterable
from typing import Any

from gbench.errors import UserError, suggestion
from gbench.suite.document import Document, Trail
from gbench.suite.yaml import parse_yaml


def apply_sets(document: Document, sets: Iterable[str]) -> Document:
    """The document with each `path=value` applied; the value is strict YAML.

    A segment that meets a list names an entry by its label, else by its name:
    `techniques.wgan-gp.optimizer.lr=1e-3`. Raises UserError, whose place is the `--set` itself.
    """
    data, marks = copy.deepcopy(document.data), dict(document.marks)
    for text in sets:
        place = f"--set {text}"
        path, value = parse_set(text)
        trail = _assign(data, path.split("."), value, place)
        marks = {key: mark for key, mark in marks.items() if key[: len(trail)] != trail} | {trail: place}
    return Document(data, document.source, marks)


def parse_set(text: str) -> tuple[str, Any]:
    """The path and the value of `path=value`. Raises UserError."""
    path, equals, value = text.partition("=")
    if not equals or not all(path.split(".")):
        raise UserError("must be PATH=VALUE, as budget.steps=100", f"--set {text}")
    try:
        return path, parse_yaml(value, "").data
    except UserError as error:
        raise UserError(error.message, f"--set {text}") from None


def _assign(data: Any, path: list[str], value: Any, place: str) -> Trail:
    """Sets the value in place; gives its trail."""
    if not isinstance(data, dict):
        raise UserError("a suite must be a mapping of keys to values", place)
    key, *rest = path
    if not rest:
        data[key] = value
        return (key,)
    if key == "grid":  # its keys are dotted paths themselves
        rest = [".".join(rest)]
    child = data.setdefault(key, {})
    if isinstance(child, list):
        return key, *_assign_in_list(child, rest, value, place)
    if not isinstance(child, dict):
        raise UserError(f"'{key}' is not a mapping, so it has no '{rest[0]}'", place)
    return key, *_assign(child, rest, value, place)


def _assign_in_list(entries: list[Any], path: list[str], value: Any, place: str) -> Trail:
    name, *rest = path
    names = [_name(entry) for entry in entries]
    if name not in names:
        raise UserError(f"no entry '{name}'{suggestion(name, filter(None, names))}", place)
    index = names.index(name)
    if not rest:
        entries[index] = value
        return (index,)
    if isinstance(entries[index], str):
        entries[index] = {"use": entries[index]}
    key = ".".join(rest)
    entries[index][key] = value
    return index, key


def _name(entry: Any) -> str:
    if isinstance(entry, dict):
        return str(entry.get("label") or entry.get("use") or "")
    return entry if isinstance(entry, str) else ""
