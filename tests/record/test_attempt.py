import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from gbench.record import CohortDirectory, Fenced, RunDirectory
from gbench.record.events import Measurement
from gbench.suite.cell import Cell
from tests.record.steps import measurement, result, save, steps_of, train


class Killed(BaseException):
    """Stands for a SIGKILL: nothing in the code under test may catch it."""


def kill_at(monkeypatch: pytest.MonkeyPatch, call: int) -> Callable[[], int]:
    """Die instead of the `call`-th operation that a crash could separate from the next; counts them."""
    count = 0

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **keywords: Any) -> Any:
            nonlocal count
            count += 1
            if count == call:
                raise Killed
            return function(*arguments, **keywords)

        return counted

    for name in ("replace", "fsync", "unlink"):
        monkeypatch.setattr(os, name, wrap(getattr(os, name)))
    return lambda: count


def test_an_uninterrupted_training_commits_every_event_and_leaves_no_checkpoint(
    cohort: CohortDirectory,
) -> None:
    train(cohort)
    assert steps_of(cohort) == [100, 200, 300, 400, 500]
    assert sorted(path.name for path in cohort.path.iterdir()) == [
        "attempt.json",
        "commit.json",
        "events.1.jsonl",
        "lock",
        "result.json",
    ]


def test_a_second_attempt_goes_on_at_the_last_commit(cohort: CohortDirectory) -> None:
    train(cohort, until=300)
    with cohort.begin_attempt() as attempt:
        assert attempt.number == 2
        assert attempt.resume == (300, cohort.path / "checkpoint-300.pt")
    train(cohort)
    assert steps_of(cohort) == [100, 200, 300, 400, 500]
    assert cohort.attempts() == 3


def test_the_origin_outlives_the_attempts(cohort: CohortDirectory) -> None:
    cohort.begin_attempt().close()
    first = cohort.attempt()
    cohort.begin_attempt({"device": "cuda"}).close()
    second = cohort.attempt()
    assert first is not None
    assert second is not None
    assert (second["origin"], second["number"]) == (first["origin"], 2)
    assert second["facts"] == {"device": "cuda"}


def test_events_without_a_commit_do_not_count(cohort: CohortDirectory) -> None:
    with cohort.begin_attempt() as attempt:
        attempt.append(measurement(100))
    assert steps_of(cohort) == []
    with cohort.begin_attempt() as attempt:
        assert attempt.resume is None


def test_numbers_that_do_not_exist_become_null(cohort: CohortDirectory) -> None:
    event = Measurement(step=100, time=1, values={"modes": [1.0, float("nan"), float("inf")]})
    with cohort.begin_attempt() as attempt:
        attempt.append(event)
        attempt.commit(100, save)
    assert list(cohort.events()) == [Measurement(step=100, time=1, values={"modes": [1.0, None, None]})]


def test_one_checkpoint_is_kept(cohort: CohortDirectory) -> None:
    train(cohort, until=400)
    assert [path.name for path in cohort.path.glob("checkpoint*")] == ["checkpoint-400.pt"]


def test_an_earlier_attempt_can_neither_commit_nor_finish_nor_fail(cohort: CohortDirectory) -> None:
    late = cohort.begin_attempt()
    late.append(measurement(100))
    train(cohort, until=200)
    for act in (
        lambda: late.commit(900, save),
        lambda: late.finish(result()),
        lambda: late.fail({"kind": "exception", "message": "late"}),
    ):
        with pytest.raises(Fenced, match=r"attempt 1 of .*/00-02 was superseded by attempt 2"):
            act()
    late.close()
    assert steps_of(cohort) == [100, 200]
    assert (cohort.result(), cohort.error()) == (None, None)


def test_a_new_attempt_forgets_the_error(cohort: CohortDirectory) -> None:
    cohort.begin_attempt().fail({"kind": "exception", "message": "boom", "traceback": "", "attempts": 1})
    assert (cohort.error() or {})["message"] == "boom"
    cohort.begin_attempt().close()
    assert cohort.error() is None


def test_a_finished_cohort_is_not_begun_again(cohort: CohortDirectory) -> None:
    train(cohort)
    with pytest.raises(Exception, match="a finished cohort was begun again"):
        cohort.begin_attempt()
    assert cohort.attempts() == 1


def test_no_kill_loses_or_doubles_a_committed_event(
    run: RunDirectory, cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kill at every operation in turn, during the first training and again while it is resumed."""
    survived = 0
    for call in range(1, 200):
        cohort = run.cohort(cell.id, call * 10, call * 10 + 2)
        with monkeypatch.context() as patch:
            count = kill_at(patch, call)
            try:
                train(cohort)
            except Killed:
                committed = steps_of(cohort)
            else:
                survived = count()
                break
        assert committed == [100, 200, 300, 400, 500][: len(committed)]
        if cohort.result() is None:
            leave_torn_tail(cohort)
            resume_and_be_killed(cohort, monkeypatch, call % 7 + 1)
        assert steps_of(cohort) == [100, 200, 300, 400, 500]
        assert (cohort.result() or {})["replicas"][0]["step"] == 500
    assert 40 < survived < 200  # all operations were tried


def resume_and_be_killed(cohort: CohortDirectory, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    with monkeypatch.context() as patch:
        kill_at(patch, call)
        with suppress(Killed):
            train(cohort)
    if cohort.result() is None:
        train(cohort)


def leave_torn_tail(cohort: CohortDirectory) -> None:
    for journal in cohort.path.glob("events.*.jsonl"):
        with journal.open("ab") as file:
            file.write(b'{"kind": "measurem')


def full_disk(path: Path) -> None:
    path.write_bytes(b"half")
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_the_former_commit(cohort: CohortDirectory) -> None:
    train(cohort, until=200)
    with cohort.begin_attempt() as attempt:
        attempt.append(measurement(300))
        with pytest.raises(OSError, match="No space left on device"):
            attempt.commit(300, full_disk)
    assert steps_of(cohort) == [100, 200]
    assert [path.name for path in cohort.path.glob("checkpoint*")] == ["checkpoint-200.pt"]
    train(cohort)
    assert steps_of(cohort) == [100, 200, 300, 400, 500]


def test_a_full_disk_at_the_commit_file_leaves_the_former_commit(
    cohort: CohortDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(cohort, until=200)
    open_ = Path.open

    def refuse(path: Path, *arguments: Any, **keywords: Any) -> Any:
        if path.name.startswith(".commit.json-"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return open_(path, *arguments, **keywords)

    with cohort.begin_attempt() as attempt, monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        attempt.append(measurement(300))
        with pytest.raises(OSError, match="No space left on device"):
            attempt.commit(300, save)
    assert steps_of(cohort) == [100, 200]
    train(cohort)
    assert steps_of(cohort) == [100, 200, 300, 400, 500]


@pytest.mark.parametrize("call", range(1, 13))
def test_killed_between_two_commits_at_one_step_the_state_fits_the_events(
    cohort: CohortDirectory, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """After the last round probes are committed one by one: the state says how many have looked."""
    attempt = cohort.begin_attempt()
    attempt.append(measurement(100))
    attempt.commit(100, lambda path: path.write_text("0 looked"))
    attempt.append(measurement(101))
    with monkeypatch.context() as patched, suppress(Killed):
        kill_at(patched, call)
        attempt.commit(100, lambda path: path.write_text("1 looked"))
    attempt.close()
    with cohort.begin_attempt() as again:
        assert again.resume is not None
        state = again.resume.checkpoint.read_text()
    assert (steps_of(cohort), state) in [([100], "0 looked"), ([100, 101], "1 looked")]
