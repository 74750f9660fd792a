"""Options of components: typed, documented dataclass fields, readable without running the code."""

import dataclasses
from typing import Any


def option(
    default: Any,
    help: str,  # noqa: A002  (the name that command lines use for it)
    *,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    requires: str = "",
) -> Any:
    """A field of a component's keyword-only dataclass, with its default, one line of help and its range.

    requires: the name of another option that must be > 0 where this one is set.

    Example:
        weight: float = option(10.0, "penalty weight λ (Gulrajani et al. 2017)", ge=0)
    """
    limits = {
        name: limit for name, limit in (("ge", ge), ("gt", gt), ("le", le), ("lt", lt)) if limit is not None
    }
    metadata = {"help": help, "requires": requires, **limits}
    if isinstance(default, list | dict | set):
        return dataclasses.field(default_factory=lambda: default.copy(), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)
