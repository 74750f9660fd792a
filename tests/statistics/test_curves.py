import numpy as np

from gbench.statistics.curves import align


def test_replicas_share_the_union_of_steps() -> None:
    curves = align({0: [(10, 1.0), (20, None)], 2: [(20, 4.0), (30, 5.0)]}, [0, 1, 2])
    nan = np.nan
    assert curves.steps.tolist() == [10, 20, 30]
    np.testing.assert_array_equal(curves.values, [[1, nan, nan], [nan, nan, nan], [nan, 4, 5]])
    np.testing.assert_array_equal(curves.at(np.array([10.0, 30.0])).values, [[1, nan], [nan, nan], [nan, 5]])


def test_what_nobody_measured_is_a_column_of_nothing() -> None:
    curves = align({}, [0, 1])
    assert curves.steps.tolist() == [0]
    assert np.isnan(curves.values).tolist() == [[True], [True]]
