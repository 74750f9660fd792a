import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbench.record import CellStatus, Outcome, RunDirectory
from gbench.record.status import Begun, missing_slices, owners
from gbench.suite.cell import Cell
from tests.record.steps import make_cell, measurement, result, save, train


def test_nothing_begun(run: RunDirectory, cell: Cell) -> None:
    status = run.status(cell)
    assert (status.state, status.missing, status.step) == ("waiting", [0, 1, 2], 0)
    assert run.missing(cell, 8) == [(0, 2)]
    assert run.missing(cell, 2) == [(0, 1), (2, 2)]


def test_interrupted_then_done(run: RunDirectory, cell: Cell) -> None:
    cohort = run.cohort(cell.id, 0, 2)
    train(cohort, until=300)
    assert (run.status(cell).state, run.status(cell).step) == ("begun", 300)
    train(cohort)
    assert run.status(cell).state == "done"
    assert run.status(cell).outcomes == {replica: Outcome("done", 500) for replica in range(3)}
    assert run.missing(cell, 8) == []


def test_divergence_is_a_result(run: RunDirectory, cell: Cell) -> None:
    with run.cohort(cell.id, 0, 2).begin_attempt() as attempt:
        attempt.finish(result(step=321, status="diverged"))
    assert run.status(cell).state == "done"
    assert run.status(cell).diverged == [0, 1, 2]


def test_a_failed_cohort_is_missing_and_says_why(run: RunDirectory, cell: Cell) -> None:
    error = {"kind": "memory", "message": "out of memory", "traceback": "", "attempts": 3}
    run.cohort(cell.id, 0, 2).begin_attempt().fail(error)
    assert run.status(cell).state == "failed"
    assert run.status(cell).errors == [error]
    assert run.missing(cell, 8) == [(0, 2)]


def test_more_seeds_are_only_those_more(run: RunDirectory, cell: Cell) -> None:
    train(run.cohort(cell.id, 0, 2))
    assert run.missing(make_cell(replicas=8), 4) == [(3, 6), (7, 7)]


def test_replicas_done_in_another_partition_count(run: RunDirectory, cell: Cell) -> None:
    train(run.cohort(cell.id, 1, 1))
    assert run.missing(cell, 8) == [(0, 0), (2, 2)]


def test_a_commit_is_taken_up_where_it_fits(run: RunDirectory, cell: Cell) -> None:
    train(run.cohort(cell.id, 0, 1), until=200)
    assert run.missing(cell, 8) == [(0, 1), (2, 2)]
    assert run.missing(cell, 1) == [(0, 0), (1, 1), (2, 2)]


def test_the_result_speaks_before_the_latest_attempt(run: RunDirectory, cell: Cell) -> None:
    done, begun = run.cohort(cell.id, 0, 1), run.cohort(cell.id, 0, 2)
    train(done)
    with begun.begin_attempt() as attempt:
        attempt.append(measurement(100))
        attempt.commit(100, save)
    speakers = owners([done, begun])
    assert {replica: cohort.path.name for replica, cohort in speakers.items()} == {
        0: "00-01",
        1: "00-01",
        2: "00-02",
    }


def test_a_cohort_holds_at_least_one(run: RunDirectory, cell: Cell) -> None:
    with pytest.raises(ValueError, match="a cohort holds one replica or more, not 0"):
        run.missing(cell, 0)


slices = st.tuples(st.integers(0, 11), st.integers(1, 6)).map(lambda pair: (pair[0], pair[0] + pair[1] - 1))


@given(
    replicas=st.integers(1, 12),
    done=st.sets(st.integers(0, 11)),
    begun=st.lists(st.tuples(slices, st.booleans()), max_size=4),
    cohort_size=st.integers(1, 12),
)
def test_the_slices_cover_what_is_missing_exactly_once(
    replicas: int, done: set[int], begun: list[tuple[tuple[int, int], bool]], cohort_size: int
) -> None:
    outcomes = {replica: Outcome("done", 500) for replica in done}
    cohorts = [Begun(*bounds, 100, committed, 0, 1, None) for bounds, committed in begun]
    status = CellStatus(make_cell(replicas=replicas), outcomes, cohorts)
    chosen = missing_slices(status, cohort_size)
    trained = [replica for first, last in chosen for replica in range(first, last + 1)]
    assert trained == [replica for replica in range(replicas) if replica not in done]
    assert all(1 <= last - first + 1 <= cohort_size for first, last in chosen)
