"""From a YAML file to cells: strict reading, validation, grid expansion. Imports no torch."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gbench.plugins.registry import Registry
    from gbench.suite.suite import Suite


def load_suite(path: str | Path, sets: Iterable[str] = (), registry: "Registry | None" = None) -> "Suite":
    """The suite in a file, changed by `--set`s such as `budget.steps=100`.

    Takes the plugins of this process, or another registry. Raises UserError at the first mistake.
    """
    from gbench.suite.suite import read_suite  # the record needs `Cell` alone, and no pydantic with it

    return read_suite(Path(path), sets, registry)
