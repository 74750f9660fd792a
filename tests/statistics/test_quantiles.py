import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbench.statistics.quantiles import median, quantile


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.floats(0, 1))
def test_finite_values_agree_with_numpy(values: list[float], q: float) -> None:
    assert float(quantile(values, q)) == pytest.approx(float(np.quantile(values, q)), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, np.inf], 2),
        ([1, 2, np.inf, np.inf], np.inf),
        ([1, np.inf, np.inf], np.inf),
        ([5, 4, -np.inf, -np.inf], -np.inf),
        ([-np.inf, 1, 2], 1),
    ],
)
def test_the_median_is_infinite_where_half_the_values_are(values: list[float], expected: float) -> None:
    assert float(median(values)) == expected


def test_works_along_the_last_axis() -> None:
    assert median([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, np.inf, np.inf]]).tolist() == [2.5, np.inf]
