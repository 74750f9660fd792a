"""Data that JSON can hold: no NaN, no infinity, no arrays."""

import math
from typing import Any


def plain(value: Any) -> Any:
    """`value` as dictionaries, lists, strings and numbers; a number that does not exist becomes `None`.

    Arrays and tensors are taken by their `tolist`.

    >>> plain({"loss": (1.0, float("nan"))})
    {'loss': [1.0, None]}
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
