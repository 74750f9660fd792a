"""A fresh state is the same whatever came before."""

from collections.abc import Iterator

import pytest
import torch

from gbench.worker.isolation import fresh_state
from tests.sweep.state_targets import pollute_state, report_state


@pytest.fixture(autouse=True)
def _leave_a_fresh_state() -> Iterator[None]:
    yield
    fresh_state(threads=1)


def test_pollution_is_undone() -> None:
    fresh_state(threads=1)
    fresh = next(report_state({}))
    polluted = next(pollute_state({"seed": 1}))
    fresh_state(threads=1)
    assert [key for key in fresh if fresh[key] == polluted[key]] == []
    assert next(report_state({})) == fresh


def test_threads_are_those_asked_for() -> None:
    fresh_state(threads=2)
    assert torch.get_num_threads() == 2
