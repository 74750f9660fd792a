"""Numbers as people read them: three significant digits, ∞ where no number exists."""

import math


def significant(value: float) -> str:
    """Three significant digits; powers of ten below 0.001 and from a million on.

    >>> [significant(x) for x in (8, 0.12345, 1234.5, 1234567, 0.00012, float("inf"))]
    ['8', '0.123', '1234', '1.23e6', '1.2e-4', '∞']
    """
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    size = abs(float(f"{value:.3g}"))
    if size and not 1e-3 <= size < 1e6:
        digits, power = f"{value:.2e}".split("e")
        return f"{_trimmed(digits)}e{int(power)}"
    decimals = 2 if size == 0 else max(0, 2 - math.floor(math.log10(size)))
    return _trimmed(f"{value:.{decimals}f}")


def interval(middle: float, low: float, high: float) -> str:
    """`median [low, high]`."""
    return f"{significant(middle)} [{significant(low)}, {significant(high)}]"


def duration(seconds: float) -> str:
    """The two largest units.

    >>> [duration(x) for x in (0.4, 42, 190, 7500, 200000)]
    ['0 s', '42 s', '3 min 10 s', '2 h 05 min', '2 d 07 h']
    """
    whole = round(seconds)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        return f"{days} d {hour:02} h"
    if hours:
        return f"{hours} h {minute:02} min"
    return f"{minutes} min {second:02} s" if minutes else f"{second} s"


def clock(seconds: float) -> str:
    """Minutes and seconds, and hours where there are any: short enough for a table.

    >>> [clock(x) for x in (0.4, 42, 190, 7500)]
    ['0:00', '0:42', '3:10', '2:05:00']
    """
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _trimmed(digits: str) -> str:
    """Without zeros after the last decimal that says something; never "-0"."""
    text = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if text == "-0" else text
