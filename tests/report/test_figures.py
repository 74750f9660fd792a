import re

import numpy as np
import pytest

from gbench.colours import PALETTE, colours_of
from gbench.report.figures.canvas import is_wide, spread
from gbench.report.figures.heat_map import draw_heat_map


def test_names_are_moved_apart_and_keep_their_order() -> None:
    assert spread(np.array([0.5, 0.5, 0.1]), 0.1, 1.0) == pytest.approx([0.45, 0.55, 0.1], abs=1e-3)
    crowded = spread(np.zeros(5), 0.1, 1.0)
    assert np.diff(crowded) == pytest.approx([0.1] * 4, abs=1e-3)
    assert crowded.min() == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(
    ("values", "wide"),
    [([1, 21], True), ([1, 19], False), ([0, 100], False), ([1, 5, np.inf], False), ([], False)],
)
def test_a_wide_range_asks_for_a_logarithm(values: list[float], wide: bool) -> None:
    assert is_wide(np.array(values, dtype=float)) is wide


def test_a_heat_map_writes_its_numbers_and_infinities() -> None:
    tiles = np.array([[1.5, np.inf], [np.nan, 0.25]])
    svg = draw_heat_map("x", "title", tiles, ["a", "b<c>"], ["1", "2"], "lr", less_is_better=True)
    texts = re.findall(r">([^<>]+)</text>", svg)
    assert {"1.5", "∞", "0.25", "a", "b&lt;c&gt;", "lr"} <= set(texts)
    assert "nan" not in texts


def test_colours_follow_the_alphabet_and_repeat_after_eighteen() -> None:
    assert colours_of(["b", "a", "b"]) == {"a": PALETTE[0], "b": PALETTE[1]}
    many = colours_of(f"{number:02}" for number in range(20))
    assert many["18"] == many["00"]
    assert len(set(PALETTE)) == len(PALETTE) == 18
