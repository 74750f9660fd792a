import numpy as np

from gbench.statistics.convergence import convergence_rate, thresholds_hold, times_to_threshold
from gbench.statistics.scores import Score

SCORES = {"modes": Score("max", 0.0), "kl": Score("min")}


def test_converged_at_the_first_measurement_where_all_thresholds_hold() -> None:
    modes = [[8, 7, 8, 8], [8, 8, 8, 8], [5, 5, 5, 5]]
    kl = [[0.9, 0.1, 0.2, 0.1], [0.1, 0.9, 0.9, 0.9], [0.1, 0.1, 0.1, 0.1]]
    held = thresholds_hold({"modes": modes, "kl": kl}, SCORES, {"modes": 8, "kl": 0.2})
    times = times_to_threshold([100, 200, 300, 400], held)
    assert times.tolist() == [300, 100, np.inf]
    assert convergence_rate(times) == 2 / 3


def test_no_measurement_is_no_convergence() -> None:
    assert times_to_threshold([], np.zeros((2, 0))).tolist() == [np.inf, np.inf]
