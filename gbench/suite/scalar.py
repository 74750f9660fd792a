"""What a plain YAML scalar means: YAML 1.2's core, with fewer surprises."""

import re

INTEGER = re.compile(r"[-+]?[0-9]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(inf|nan)", re.IGNORECASE)
CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}

MAX_DIGITS = 400  # more than any number that is meant as one; also keeps int() fast


def read_scalar(text: str) -> bool | int | float | str | None:
    """The value of an unquoted scalar: `1e-4` is a float, `true` a boolean, `yes` and `on` are text.

    Raises ValueError on a number that is not finite or absurdly long.
    """
    if text in CONSTANTS:
        return CONSTANTS[text]
    if NOT_FINITE.fullmatch(text):
        raise ValueError(f"{text} is not a finite number")
    if not FLOAT.fullmatch(text):
        return text
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number of {len(text)} digits is too long")
    if INTEGER.fullmatch(text):
        return int(text)
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is not a finite number")
    return number
