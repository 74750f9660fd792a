"""The policy for failed attempts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbench.sweep.retries import GiveUp, Halve, Retry, decide
from gbench.worker.tasks import Kind


@pytest.mark.parametrize("kind", ["worker", "node"])
def test_a_lost_place_is_retried_five_times_with_doubling_pauses(kind: Kind) -> None:
    decisions = [decide(kind, attempts, replicas=8) for attempts in range(1, 7)]
    assert decisions == [Retry(1.0), Retry(2.0), Retry(4.0), Retry(8.0), Retry(16.0), GiveUp()]


@pytest.mark.parametrize(("replicas", "decision"), [(8, Halve()), (2, Halve()), (1, GiveUp())])
def test_too_little_memory_halves_the_cohort_down_to_one_replica(replicas: int, decision: object) -> None:
    assert decide("memory", 1, replicas) == decision


def test_an_exception_is_tried_once_more() -> None:
    assert [decide("exception", attempts, replicas=8) for attempts in (1, 2)] == [Retry(0.0), GiveUp()]


def test_a_users_mistake_is_not_retried() -> None:
    assert decide("user", 1, replicas=8) == GiveUp()


kinds = st.sampled_from(["exception", "memory", "worker", "node", "user"])


@given(kind=kinds, replicas=st.integers(1, 64))
def test_every_cohort_comes_to_an_end(kind: Kind, replicas: int) -> None:
    assert decide(kind, 6, replicas=1) == GiveUp()
    assert not isinstance(decide(kind, 6, replicas), Retry)
