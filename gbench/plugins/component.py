"""The record of a component: what can be listed without importing anything."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = (
    "model",
    "loss",
    "regularizer",
    "metric",
    "probe",
    "contest",
    "dataset",
    "features",
    "game",
    "rule",
    "optimizer",
    "technique",
)

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Component:
    """One thing that a plugin provides.

    Raises ValueError on an unknown kind, a name that is not kebab-case, or a target of another form.
    """

    #: One of `KINDS`.
    kind: str

    #: What a suite calls it, in kebab-case: `gradient-penalty`.
    name: str

    #: `package.module:Class`, or `package:file.yaml` of a technique.
    target: str

    #: One line that says what it is.
    summary: str

    #: It is raised whenever the numbers of the component change.
    version: str = "1"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(
                f"kind {self.kind!r} of component {self.name!r} is not one of {', '.join(KINDS)}"
            )
        if not NAME.fullmatch(self.name):
            raise ValueError(f"the name of {self.kind} {self.name!r} is not kebab-case")
        if not re.fullmatch(r"[\w.]+:[\w.-]+", self.target):
            raise ValueError(
                f"target {self.target!r} of {self.kind} {self.name!r} is not package.module:Class"
            )


@dataclass(frozen=True)
class Chosen:
    """A component as a cell names it: with its version and every option."""

    use: str
    version: str = "1"

    options: Mapping[str, Any] = field(default_factory=dict)
    """Plain JSON data, complete: defaults are filled in."""

    def to_json(self) -> dict[str, Any]:
        return {"use": self.use, "version": self.version, "options": dict(self.options)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Chosen":
        """Raises TypeError or KeyError on data of another form."""
        return cls(str(data["use"]), str(data["version"]), dict(data["options"]))
