import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbench.statistics.oscillation import oscillation
from gbench.statistics.scores import Score

MIN = Score("min")
curves = st.lists(st.floats(0.1, 1e3), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        ([9, 5, 1], 0),  # still at its best
        ([9, 1, 2, 3], 0),  # drifts away, does not oscillate
        ([9, 1, 3, 1], 4 / 8),
        ([9, 1, 3, 2], (3 - 1) / (4 + 5)),
        ([9, 0, 2, 0, 2, 0], 1),
        ([0, 0, 0], 0),
        ([9, 1, None, 3, 1], 4 / 8),
        ([9, 1, None], 1),
        ([5], 0),
    ],
)
def test_movement_that_leads_nowhere(curve: list[float | None], expected: float) -> None:
    assert oscillation([curve], MIN) == pytest.approx([expected])


def test_what_counts_is_after_the_best() -> None:
    assert oscillation([[1, 9, 1, 9, 10]], Score("max")).tolist() == [0]
    assert oscillation([[10, 5, 10, 5, 10]], Score("max")) == pytest.approx([20 / 60])


@given(curves, st.floats(1e-3, 1e3))
def test_between_0_and_1_in_any_unit(curve: list[float], unit: float) -> None:
    value = oscillation([curve], MIN)
    assert 0 <= value[0] <= 1
    assert oscillation([np.array(curve) * unit], MIN) == pytest.approx(value, abs=1e-9)
