from gbench.record import Outcome, RunDirectory, plain
from gbench.record.events import Advance, Divergence, Sampling, Trace
from gbench.suite.cell import Cell
from tests.record.steps import measurement, result, save, train


def test_curves_of_a_running_cell(run: RunDirectory, cell: Cell) -> None:
    with run.cohort(cell.id, 0, 2).begin_attempt() as attempt:
        attempt.append(measurement(100))
        rows = [[1.0, 2.0, 3.0], [4.0, None, 6.0]]
        attempt.append(Trace(step=100, time=1, steps=[50, 100], values={"loss": rows}))
        attempt.append(Divergence(step=90, time=1, replica=1))
        seconds = {"train": 2.5, "evaluate": 0.5}
        attempt.append(Advance(step=100, time=1, seconds=seconds))
        attempt.commit(100, save)
        attempt.append(measurement(200))
    history = run.history(cell)
    assert history.measurements == {"modes": {0: [(100, 100.0)], 1: [(100, 101.0)], 2: [(100, 102.0)]}}
    assert history.traces["loss"][1] == [(50, 2.0), (100, None)]
    assert history.outcomes == {
        0: Outcome("unfinished", 100),
        1: Outcome("diverged", 90),
        2: Outcome("unfinished", 100),
    }
    assert history.seconds == {"train": 2.5, "evaluate": 0.5}


def test_curves_of_two_cohorts_come_together(run: RunDirectory, cell: Cell) -> None:
    for first, last in ((0, 1), (2, 2)):
        with run.cohort(cell.id, first, last).begin_attempt() as attempt:
            attempt.append(Advance(step=500, time=1, seconds={"train": 2}))
            attempt.finish(result(range(first, last + 1), status="diverged"))
    history = run.history(cell)
    assert history.outcomes == {replica: Outcome("diverged", 500) for replica in range(3)}
    assert history.seconds == {"train": 4}


def test_a_superseded_cohort_is_silent(run: RunDirectory, cell: Cell) -> None:
    train(run.cohort(cell.id, 0, 2), until=300)
    train(run.cohort(cell.id, 0, 0))
    assert [step for step, _ in run.history(cell).measurements["modes"][0]] == [
        100,
        200,
        300,
        400,
        500,
    ]


def test_no_record_no_curves(run: RunDirectory, cell: Cell) -> None:
    history = run.history(cell)
    assert (history.measurements, history.outcomes, history.seconds) == ({}, {}, {})


class Tensor:
    def tolist(self) -> list[float]:
        return [1.0, float("-inf")]


def test_plain_data() -> None:
    assert plain({1: Tensor(), "x": (True, "nan", float("nan"))}) == {
        "1": [1.0, None],
        "x": [True, "nan", None],
    }


def test_deviations_over_draws_are_read_by_replica(run: RunDirectory, cell: Cell) -> None:
    for (first, last), row in (((0, 1), [0.5, None]), ((2, 2), [0.25])):
        with run.cohort(cell.id, first, last).begin_attempt() as attempt:
            attempt.append(Sampling(step=500, time=1, repeats=4, values={"modes": row}))
            attempt.finish(result(range(first, last + 1)))
    history = run.history(cell)
    assert history.sampling == {"modes": {0: 0.5, 1: None, 2: 0.25}}
