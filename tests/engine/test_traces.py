"""Traces: means over windows that do not depend on when somebody asks."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from gbench.engine.measuring import measurement_steps, picture_steps
from gbench.engine.traces import POINTS, Traces


def run(steps: int, flush_at: set[int], reload_at: set[int] = frozenset()) -> tuple[list[int], list]:
    traces = Traces(steps)
    all_steps, values = [], []

    def collect(partial: bool = False) -> None:
        moments, curves = traces.flush(partial)
        all_steps.extend(moments)
        values.extend(curves.get("objective", []))

    for step in range(1, steps + 1):
        traces.record(step, {"objective": torch.tensor([float(step), -float(step)])})
        if step in flush_at:
            collect()
        if step in reload_at:
            collect()
            resumed = Traces(steps)
            resumed.load_state(traces.state())
            traces = resumed
    collect(partial=True)
    return all_steps, values


def test_short_runs_keep_every_round() -> None:
    steps, values = run(5, set())
    assert steps == [1, 2, 3, 4, 5]
    assert values == [[float(s), -float(s)] for s in steps]


def test_long_runs_keep_means_over_windows() -> None:
    steps, values = run(2 * POINTS + 1, set())
    assert len(steps) <= POINTS
    assert steps[:2] == [3, 6]
    assert values[0] == [2.0, -2.0]
    assert steps[-1] == 2 * POINTS + 1


@given(st.sets(st.integers(1, 4100), max_size=6), st.sets(st.integers(1, 4100), max_size=3))
def test_windows_do_not_depend_on_flushes_or_interruptions(flushes: set[int], reloads: set[int]) -> None:
    assert run(4100, flushes, reloads) == run(4100, set())


@given(st.integers(1, 5000), st.integers(1, 60))
def test_the_last_round_is_always_measured_and_drawn(steps: int, measurements: int) -> None:
    moments = measurement_steps(steps, measurements)
    assert moments[-1] == steps
    assert moments == sorted(set(moments))
    assert len(moments) == min(measurements, steps)
    assert steps in picture_steps(steps, measurements)
    assert picture_steps(steps, measurements) <= set(moments)
