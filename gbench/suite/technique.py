"""Techniques: presets that plugins ship as YAML files, and what a suite makes of them."""

import re
from dataclasses import dataclass
from pathlib import Path

from gbench.errors import UserError, suggestion
from gbench.plugins.registry import Registry
from gbench.suite.composition import KEYS, Composition
from gbench.suite.document import Part
from gbench.suite.yaml import read_yaml

ABOUT = ("summary", "paper", "version")  # keys that change no number
LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


@dataclass(frozen=True)
class Technique:
    """A composition under the label that a suite gives it; `preset` is what it started from."""

    label: str
    preset: str
    composition: Composition
    place: str


def read_preset(path: Path) -> Composition:
    """The composition of a technique's file. Raises UserError."""
    return compose(Composition(), read_yaml(path).part(), passed_over=ABOUT)


def read_technique(part: Part, registry: Registry) -> Technique:
    """An item of a suite's `techniques`.

    It is a preset's name, or `{use: preset, label: text, dotted.path: value}`, or a composition of its
    own with a label. Raises UserError.
    """
    if isinstance(part.value, str):
        return Technique(part.value, part.value, preset(part.value, registry, part.place), part.place)
    entries = dict(part.entries("a technique"))
    if "use" in entries:
        name = entries["use"].text("use")
        base = preset(name, registry, entries["use"].place)
    elif "label" in entries:
        name, base = entries["label"].text("label"), Composition()
    else:
        raise UserError("a technique needs `use` (a preset) or, with parts of its own, a `label`", part.place)
    label = entries["label"].text("label") if "label" in entries else name
    return Technique(label, name, compose(base, part, passed_over=("use", "label", *ABOUT)), part.place)


def preset(name: str, registry: Registry, place: str) -> Composition:
    """The composition of a preset by its name. Raises UserError."""
    return read_preset(registry.path(registry.find("technique", name, place)))


def compose(base: Composition, part: Part, *, passed_over: tuple[str, ...] = ()) -> Composition:
    """`base` with every dotted path of a mapping set; new components first, then options."""
    entries = [(key, child) for key, child in part.entries("a technique") if key not in passed_over]
    for key, child in sorted(entries, key=lambda entry: depth(entry[0])):
        head = key.partition(".")[0]
        if head not in KEYS:
            hint = suggestion(head, (*KEYS, *passed_over))
            raise UserError(f"unknown key '{key}' of a technique{hint}", child.place)
        base = base.set(key, child)
    return base


def depth(path: str) -> int:
    """How deep a path reaches; `loss.use` as deep as `loss`, for both choose the component."""
    return path.removesuffix(".use").count(".")


def check_label(label: str, what: str, place: str) -> None:
    """Raises UserError on a label that could not stand in a name or a path."""
    if not LABEL.fullmatch(label):
        raise UserError(f"{what} '{label}' must be letters, digits and any of . _ + -", place)
