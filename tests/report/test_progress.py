import io
from collections.abc import Callable

import pytest
from rich.console import Console

from gbench.cli.run import progress_view
from gbench.record.events import Advance, Divergence, Measurement
from gbench.report.progress.lines import PlainView
from gbench.report.progress.terminal import LiveView
from gbench.sweep.progress import Load, Plan, Progress

PLAN = Plan(
    "stability",
    {
        "ring/a": Load(replicas=range(8), steps=500, primary="modes"),
        "ring/b[lr=1]": Load(replicas=range(8), steps=500),
    },
)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def play(view: Progress, clock: Clock, watch: Callable[[], None] = lambda: None) -> None:
    """Half a sweep; `watch` is called in its middle."""
    view.start(PLAN)
    clock.now = 5.0
    view.event("ring/a", range(8), Advance(step=50, time=0, seconds={"train": 5.0}))
    clock.now = 10.0
    values = {"modes": [8, 7, 6, 5, 4, 3, None, 1]}
    view.event("ring/a", range(8), Divergence(step=99, time=0, replica=6))
    view.event("ring/a", range(8), Measurement(step=100, time=0, values=values))
    watch()
    view.note("ring/b[lr=1]: a worker died, attempt 2 of 3")
    view.finished("ring/a", "done")
    view.finished("ring/b[lr=1]", "failed")
    view.stop()


def test_a_log_gets_lines() -> None:
    stream, clock = io.StringIO(), Clock()
    play(PlainView(stream, clock), clock)
    assert stream.getvalue().splitlines() == [
        "stability: 2 cells, 8,000 steps of seeds",
        "ring/a: replica 6 diverged at step 99",
        "5%, 400 of 8,000 steps of seeds, 40 a second, 0 of 2 cells done, 1 replica diverged, "
        "about 3 min 10 s left",
        "ring/b[lr=1]: a worker died, attempt 2 of 3",
        "ring/a: done (1 of 2 cells)",
        "ring/b[lr=1]: failed (2 of 2 cells)",
        "100%, 8,000 of 8,000 steps of seeds, 400 a second, 1 of 2 cells done, 1 failed, 1 replica diverged",
    ]


def test_a_log_gets_a_line_every_ten_seconds() -> None:
    stream, clock = io.StringIO(), Clock()
    view = PlainView(stream, clock)
    view.start(PLAN)
    for second in range(1, 36):
        clock.now = float(second)
        view.event("ring/a", range(8), Advance(step=second, time=0, seconds={"train": second}))
    assert stream.getvalue().count("steps of seeds, ") == 3


def test_a_terminal_shows_the_sweep_and_what_trains() -> None:
    console, clock = Console(file=io.StringIO(), force_terminal=True, width=100), Clock()
    view = LiveView(console, clock)
    drawn = Console(file=io.StringIO(), width=100, record=True)
    play(view, clock, lambda: drawn.print(view.render()))
    bar, counted, running = drawn.export_text().splitlines()
    assert bar.split()[0] == "stability"
    assert bar.split("━")[-1].split() == ["10%", "80", "seed-steps/s", "1", "min", "30", "s", "left"]
    assert counted.strip() == "0 of 2 cells done, 1 replica diverged"
    assert running.split() == ["ring/a", "step", "100", "of", "500", "modes", "5", "1", "diverged"]


def test_a_terminal_keeps_notes_and_failures_above_the_live_lines() -> None:
    stream, clock = io.StringIO(), Clock()
    play(LiveView(Console(file=stream, force_terminal=True, width=100), clock), clock)
    assert "ring/b[lr=1]: a worker died, attempt 2 of 3\n" in stream.getvalue()
    assert "ring/b[lr=1]: failed\n" in stream.getvalue()
    assert "ring/a: done" not in stream.getvalue()


def test_a_terminal_shows_twelve_cells_and_counts_the_rest() -> None:
    view = LiveView(Console(file=io.StringIO(), force_terminal=True), Clock())
    view.start(Plan("wide", {f"cell-{n}": Load(replicas=[0], steps=10) for n in range(15)}))
    for n in range(15):
        view.event(f"cell-{n}", [0], Advance(step=1, time=0, seconds={}))
    drawn = Console(file=io.StringIO(), width=100, record=True)
    drawn.print(view.render())
    view.stop()
    lines = drawn.export_text().splitlines()
    assert sum("cell-" in line for line in lines) == 12
    assert lines[-1].strip() == "and 3 more"


def test_a_sweep_without_work_is_done() -> None:
    stream = io.StringIO()
    view = PlainView(stream, Clock())
    view.start(Plan("empty", {}))
    view.stop()
    assert stream.getvalue() == (
        "empty: 0 cells, 0 steps of seeds\n100%, 0 of 0 steps of seeds, 0 a second, 0 of 0 cells done\n"
    )


@pytest.mark.parametrize(("terminal", "view"), [(True, LiveView), (False, PlainView)])
def test_the_stream_decides(monkeypatch: pytest.MonkeyPatch, terminal: bool, view: type) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    assert type(progress_view(stream)) is view
