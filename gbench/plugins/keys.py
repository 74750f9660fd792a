"""Keys: names of scores that state their protocol, with the values of options filled in."""

from collections.abc import Mapping
from typing import Any

#: What a metric, a probe or a contest records: for each key the direction that is better, `"min"` or `"max"`,
#: and the worst possible score, or None where there is no worst one.
Keys = dict[str, tuple[str, float | None]]

START = "-{samples}"  # where the protocol starts in a key; what stands before it is the stem


def filled(template: str, options: Mapping[str, Any]) -> str:
    """A key with the values of options filled in, and whole numbers written as counts.

    >>> filled("fd-{features}-{samples}-{split}", {"features": "pixels", "samples": 10000, "split": "train"})
    'fd-pixels-10k-train'
    """
    return template.format_map({name: _text(value) for name, value in options.items()})


def stem(template: str, options: Mapping[str, Any]) -> str:
    """The short name of a key, without the protocol: `fd-pixels`.

    >>> stem("fd-{features}-{samples}-{split}", {"features": "pixels", "samples": 10000, "split": "train"})
    'fd-pixels'
    """
    return filled(template.partition(START)[0], options)


def count(number: int) -> str:
    """A whole number as people write it in names.

    >>> [count(n) for n in (500, 1000, 2500, 50_000, 1_000_000, 1234)]
    ['500', '1k', '2.5k', '50k', '1m', '1234']
    """
    for size, sign in ((1_000_000, "m"), (1000, "k")):
        if number >= size and number % (size // 10) == 0:
            return f"{number / size:g}{sign}"
    return str(number)


def _text(value: Any) -> str:
    return count(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)
