import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbench.report.numerals import duration, interval, significant


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (8.0, "8"),
        (0.0, "0"),
        (-0.0, "0"),
        (0.12345, "0.123"),
        (12.345, "12.3"),
        (99.96, "100"),
        (1234.4, "1234"),
        (1234567.0, "1.23e6"),
        (0.00012, "1.2e-4"),
        (-2.5, "-2.5"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
    ],
)
def test_three_significant_digits(value: float, text: str) -> None:
    assert significant(value) == text


@given(st.floats(-1e12, 1e12).filter(lambda value: abs(value) > 1e-12))
def test_what_is_printed_is_within_half_a_percent(value: float) -> None:
    assert float(significant(value)) == pytest.approx(value, rel=0.005)


def test_interval() -> None:
    assert interval(7.5, 6.0, math.inf) == "7.5 [6, ∞]"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.6, "1 min 00 s"), (190, "3 min 10 s"), (7500, "2 h 05 min"), (200000, "2 d 07 h")],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text
