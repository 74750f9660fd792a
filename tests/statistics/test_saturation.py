import numpy as np
import pytest

from gbench.statistics.saturation import saturated_share, vanished_share

SURE = 4.6  # sigmoid(4.6) = 0.99005, sigmoid(4.59) = 0.98995


def test_saturated_where_both_sides_are_certain() -> None:
    real = [[SURE, SURE, 4.59, SURE], [0.0, 0.0, 0.0, 0.0]]
    fake = [[-SURE, -4.59, -SURE, -9], [-SURE, -SURE, -SURE, -SURE]]
    assert saturated_share(real, fake).tolist() == [0.5, 0]


def test_a_gradient_vanishes_against_its_own_early_median() -> None:
    early = [1.0, 100.0]
    norms = np.array([early + [0.4] * 9 + [0.6] * 9, [1e-9] * 20])
    assert vanished_share(norms) == pytest.approx([9 / 20, 0])  # 1 % of the median 50.5


def test_a_short_trace_has_one_early_point() -> None:
    assert vanished_share([[10.0, 0.09, 0.11]]) == pytest.approx([1 / 3])
