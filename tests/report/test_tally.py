import pytest

from gbench.record.events import Advance, Divergence, Measurement
from gbench.report.progress.tally import Tally
from gbench.sweep.progress import Load, Plan


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def progress(step: int, train: float, evaluate: float = 0.0) -> Advance:
    return Advance(step=step, time=0, seconds={"train": train, "evaluate": evaluate})


@pytest.fixture
def clock() -> Clock:
    return Clock()


def plan(**cells: Load) -> Plan:
    return Plan("stability", cells)


def test_steps_of_seeds_and_their_pace(clock: Clock) -> None:
    tally = Tally(plan(a=Load(replicas=range(8), steps=100), b=Load(replicas=range(2), steps=100)), clock)
    clock.now = 10.0
    tally.observe("a", range(8), progress(50, 10))
    assert (tally.total, tally.seed_steps, tally.remaining) == (1000, 400, 600)
    assert tally.rate == 40
    assert tally.time_left == pytest.approx(15)


def test_the_pace_is_that_of_the_last_half_minute(clock: Clock) -> None:
    tally = Tally(plan(a=Load(replicas=[0], steps=10_000)), clock)
    for second in range(1, 101):
        clock.now = float(second)
        tally.observe("a", [0], progress(second if second <= 60 else 60 + 10 * (second - 60), second))
    assert tally.rate == pytest.approx(10)


def test_remaining_steps_weigh_what_they_cost(clock: Clock) -> None:
    """Both cells have 100 steps; one of a's takes 1 s, one of b's 9 s, and both train at once."""
    tally = Tally(plan(a=Load(replicas=[0], steps=100), b=Load(replicas=[0], steps=100)), clock)
    clock.now = 90.0
    tally.observe("a", [0], progress(90, 80, 10))
    tally.observe("b", [0], progress(10, 90))
    assert tally.time_left == pytest.approx((10 * 1 + 90 * 9) / 2)


def test_a_cell_not_yet_seen_costs_as_the_others(clock: Clock) -> None:
    tally = Tally(plan(a=Load(replicas=[0], steps=100), b=Load(replicas=[0], steps=300)), clock)
    clock.now = 50.0
    tally.observe("a", [0], progress(50, 50))
    assert tally.time_left == pytest.approx(350)


def test_a_halved_cohort_counts_its_replicas_once(clock: Clock) -> None:
    tally = Tally(plan(a=Load(replicas=range(4), steps=100)), clock)
    tally.observe("a", range(4), progress(20, 1))
    tally.observe("a", range(2), progress(10, 1))
    tally.observe("a", range(2, 4), progress(30, 1))
    assert tally.seed_steps == 80
    assert tally.running["a"].step == 10


def test_steps_committed_earlier_are_no_pace(clock: Clock) -> None:
    tally = Tally(plan(a=Load(replicas=[0, 1], steps=100, first=80)), clock)
    clock.now = 5.0
    tally.observe("a", [0, 1], progress(90, 45))
    assert (tally.seed_steps, tally.rate) == (180, 4)
    assert tally.time_left == pytest.approx(5)


def test_a_failed_cell_has_nothing_left_and_a_done_one_did_it_all(clock: Clock) -> None:
    tally = Tally(plan(a=Load(replicas=[0], steps=100), b=Load(replicas=[0], steps=100)), clock)
    tally.observe("a", [0], progress(30, 1))
    tally.finish("a", "failed")
    tally.finish("b", "done")
    assert (tally.seed_steps, tally.remaining) == (130, 0)
    assert (tally.count("failed"), tally.count("done"), tally.running) == (1, 1, {})


def test_the_value_shown_is_the_median_of_the_replicas_that_have_one(clock: Clock) -> None:
    tally = Tally(plan(a=Load(replicas=range(4), steps=100, primary="modes")), clock)
    values = {"kl": [1, 1, 1, 1], "modes": [8, None, 6, 3]}
    tally.observe("a", range(4), Measurement(step=10, time=0, values=values))
    tally.observe("a", range(4), Divergence(step=7, time=0, replica=1))
    assert tally.running["a"].value == 6
    assert (tally.diverged, tally.seed_steps) == (1, 40)


def test_nothing_is_promised_before_anything_moved(clock: Clock) -> None:
    tally = Tally(plan(a=Load(replicas=[0], steps=100)), clock)
    assert (tally.rate, tally.time_left) == (0, None)
