import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbench.statistics.survival import kaplan_meier

NEVER = np.inf


def test_kaplan_meier_by_hand() -> None:
    """1, 2, 2+, 4, 5+, 6, where + is censored: 5/6, then times 4/5, times 2/3, times 0."""
    survival = kaplan_meier([1, NEVER, 2, 4, NEVER, 6], [9, 2, 9, 9, 5, 9])
    assert survival.steps.tolist() == [1, 2, 4, 6]
    assert survival.share == pytest.approx([5 / 6, 2 / 3, 4 / 9, 0])
    assert survival.median == 4
    assert [survival.at(step) for step in (0, 1, 3)] == pytest.approx([1, 5 / 6, 2 / 3])


def test_freireich_1963_the_6_mp_arm() -> None:
    """The textbook's remission times; S(6) = .857, S(10) = .753, S(23) = .448."""
    remissions = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    times = remissions + [NEVER] * len(censored)
    survival = kaplan_meier(times, [99] * len(remissions) + censored)
    assert survival.at(6) == pytest.approx(0.8571, abs=1e-4)
    assert survival.at(10) == pytest.approx(0.7529, abs=1e-4)
    assert survival.at(23) == pytest.approx(0.4482, abs=1e-4)
    assert survival.median == 23


def test_a_diverged_replica_stays_among_those_that_wait() -> None:
    censored = kaplan_meier([50, 100, NEVER], [100, 100, 60])
    diverged = kaplan_meier([50, 100, NEVER], [100, 100, NEVER])
    assert censored.share == pytest.approx([2 / 3, 0])
    assert diverged.share == pytest.approx([2 / 3, 1 / 3])


def test_without_convergence_everybody_survives() -> None:
    survival = kaplan_meier([NEVER, NEVER], [100, NEVER])
    assert survival.at(1e9) == 1
    assert survival.median == NEVER


@given(st.lists(st.integers(1, 50), min_size=1, max_size=12), st.integers(0, 5))
def test_without_censoring_it_is_the_share_that_waits(times: list[int], diverged: int) -> None:
    everyone = np.array([*times, *[NEVER] * diverged])
    survival = kaplan_meier(everyone, np.full(everyone.size, NEVER))
    for step in range(0, 51, 10):
        assert survival.at(step) == pytest.approx((everyone > step).mean(), abs=1e-12)
