"""The driver's decisions, with tasks that do as they are told."""

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from gbench.record import RunDirectory
from gbench.suite.cell import Cell
from gbench.sweep import driver, retries
from gbench.sweep.driver import Driver, Ending
from gbench.worker.tasks import Kind, Task, TaskEvent
from tests.sweep.scripted import (
    Diary,
    Part,
    ScriptedExecutor,
    fails,
    hangs,
    prepares,
    prepares_for_ever,
    trains,
    trains_until_stopped,
)
from tests.sweep.small import make_cells, make_run

NAMES = ["ring/non-saturating", "ring/wgan-gp"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "POLL", 0.001)
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.001)


@pytest.fixture
def cells(tmp_path: Path) -> list[Cell]:
    """Two cells of four replicas."""
    return make_cells(tmp_path, seeds=4, techniques=["non-saturating", "wgan-gp"])


@pytest.fixture
def run(tmp_path: Path, cells: list[Cell]) -> RunDirectory:
    return make_run(tmp_path / "small", cells)


@pytest.fixture
def diary() -> Diary:
    return Diary()


class Alarm:
    """A watch with a reason to stop once it has been asked so often."""

    def __init__(self, calls: int, text: str = "interrupted"):
        self.calls, self.text = calls, text

    def reason(self) -> str | None:
        self.calls -= 1
        return self.text if self.calls < 0 else None


def drive(
    run: RunDirectory, cells: list[Cell], executor: ScriptedExecutor, diary: Diary, *watches: Alarm
) -> Ending:
    return Driver(run, cells, executor, diary, watches, "small").drive()


def states(run: RunDirectory, cells: list[Cell]) -> list[str]:
    return [run.status(cell).state for cell in cells]


def test_everything_missing_is_trained_and_told(run: RunDirectory, cells: list[Cell], diary: Diary) -> None:
    executor = ScriptedExecutor(trains)
    ending = drive(run, cells, executor, diary)
    assert (ending.stopped, ending.failures) == (None, {})
    assert executor.submitted == [f"{cell.id}/00-03" for cell in cells]
    assert states(run, cells) == ["done", "done"]
    assert diary.plan.suite == "small"
    loads = [
        (name, list(load.replicas), load.steps, load.first, load.primary)
        for name, load in diary.plan.cells.items()
    ]
    assert loads == [(name, [0, 1, 2, 3], 40, 0, "modes-64") for name in NAMES]
    assert diary.events == {name: [([0, 1, 2, 3], "progress")] for name in NAMES}
    finished = [("finished", name, "done") for name in NAMES]
    assert diary.told == [("start",), *finished, ("stop",)]


def test_where_all_is_done_nothing_is_submitted(run: RunDirectory, cells: list[Cell], diary: Diary) -> None:
    drive(run, cells, ScriptedExecutor(trains), Diary())
    executor = ScriptedExecutor(trains)
    assert drive(run, cells, executor, diary).stopped is None
    assert executor.submitted == []
    assert diary.plan.cells == {}
    assert diary.told == [("start",), ("stop",)]


def test_slices_share_the_slots_and_the_cell_is_over_when_all_are(tmp_path: Path, diary: Diary) -> None:
    cells = make_cells(tmp_path, seeds=5, resources={"cohort": 2})
    run = make_run(tmp_path / "small", cells)
    executor = ScriptedExecutor(trains)
    drive(run, cells, executor, diary)
    assert [name.partition("/")[2] for name in executor.submitted] == ["00-01", "02-03", "04-04"]
    assert executor.most_at_once == 2
    assert list(diary.plan.cells[NAMES[0]].replicas) == [0, 1, 2, 3, 4]
    assert diary.endings == [(NAMES[0], "done")]


def test_what_was_committed_is_taken_up_again(run: RunDirectory, cells: list[Cell], diary: Diary) -> None:
    with run.cohort(cells[0].id, 0, 1).begin_attempt() as attempt:
        attempt.commit(25, lambda path: path.write_bytes(b"state") and None)
    executor = ScriptedExecutor(trains)
    drive(run, cells, executor, diary)
    assert [name.partition("/")[2] for name in executor.submitted] == ["00-01", "02-03", "00-03"]
    assert diary.plan.cells[NAMES[0]].first == 25


def test_a_lost_worker_is_replaced_after_a_pause(
    run: RunDirectory, cells: list[Cell], diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.1)
    moments: list[float] = []

    def dies(task: Task) -> Iterator[TaskEvent]:
        moments.append(time.monotonic())
        return fails("worker", "the worker was killed")(task)

    def recovers(task: Task) -> Iterator[TaskEvent]:
        moments.append(time.monotonic())
        return trains(task)

    executor = ScriptedExecutor(trains, {f"{cells[0].id}/00-03": [dies, dies, recovers]})
    assert drive(run, cells, executor, diary).failures == {}
    first, second = (later - former for former, later in pairwise(moments))
    assert 0.1 <= first < 0.2 <= second
    assert diary.notes == [
        f"{NAMES[0]}: the worker was killed; trying again (attempt 2)",
        f"{NAMES[0]}: the worker was killed; trying again (attempt 3)",
    ]
    assert diary.endings == [(NAMES[1], "done"), (NAMES[0], "done")]  # nobody waited for the pause
    assert states(run, cells) == ["done", "done"]


def test_a_worker_lost_again_and_again_is_given_up(
    run: RunDirectory, cells: list[Cell], diary: Diary
) -> None:
    executor = ScriptedExecutor(fails("node", "the machine is gone"))
    ending = drive(run, cells[:1], executor, diary)
    assert ending.failures == {NAMES[0]: "the machine is gone"}
    assert len(executor.submitted) == 6
    error = run.cohort(cells[0].id, 0, 3).error()
    assert error == {
        "kind": "node",
        "message": "the machine is gone",
        "traceback": "Traceback ...\nthe machine is gone",
        "attempts": 6,
    }


def test_too_little_memory_halves_until_it_suffices(
    run: RunDirectory, cells: list[Cell], diary: Diary
) -> None:
    def small(task: Task) -> Iterator[TaskEvent]:
        fits = task.payload["last"] == task.payload["first"]
        return (trains if fits else fails("memory", "out of memory"))(task)

    executor = ScriptedExecutor(small)
    executor.slots = 1
    assert drive(run, cells[:1], executor, diary).failures == {}
    tried = [name.partition("/")[2] for name in executor.submitted]
    assert tried == ["00-03", "00-01", "00-00", "01-01", "02-03", "02-02", "03-03"]
    assert diary.notes == [f"{NAMES[0]}: not enough memory for {size} replicas; halved" for size in (4, 2, 2)]
    assert diary.endings == [(NAMES[0], "done")]
    assert states(run, cells[:1]) == ["done"]


def test_a_replica_that_fits_nowhere_is_given_up_and_the_others_go_on(
    run: RunDirectory, cells: list[Cell], diary: Diary
) -> None:
    memory = fails("memory", "out of memory")
    first = cells[0].id
    script: dict[str, list[Part]] = {f"{first}/{part}": [memory] for part in ("00-03", "02-03", "03-03")}
    ending = drive(run, cells, ScriptedExecutor(trains, script), diary)
    assert ending.failures == {NAMES[0]: "out of memory"}
    assert run.status(cells[0]).missing == [3]
    assert sorted(diary.endings) == [(NAMES[0], "failed"), (NAMES[1], "done")]


@pytest.mark.parametrize(("kind", "attempts"), [("exception", 2), ("user", 1)])
def test_a_failed_cell_is_recorded_and_the_others_go_on(
    run: RunDirectory, cells: list[Cell], diary: Diary, kind: Kind, attempts: int
) -> None:
    task = f"{cells[0].id}/00-03"
    executor = ScriptedExecutor(trains, {task: [fails(kind, "division by zero")] * 2})
    ending = drive(run, cells, executor, diary)
    assert (ending.stopped, ending.failures) == (None, {NAMES[0]: "division by zero"})
    assert executor.submitted.count(task) == attempts
    error = run.cohort(cells[0].id, 0, 3).error()
    assert error is not None
    assert (error["kind"], error["message"], error["attempts"]) == (kind, "division by zero", attempts)
    assert states(run, cells) == ["failed", "done"]
    assert diary.notes[-1] == f"{NAMES[0]}: failed: division by zero"
    assert sorted(diary.endings) == [(NAMES[0], "failed"), (NAMES[1], "done")]


def test_the_next_run_tries_what_failed_and_nothing_else(
    run: RunDirectory, cells: list[Cell], diary: Diary
) -> None:
    task = f"{cells[0].id}/00-03"
    drive(run, cells, ScriptedExecutor(trains, {task: [fails("user", "no")]}), Diary())
    executor = ScriptedExecutor(trains)
    assert drive(run, cells, executor, diary).failures == {}
    assert executor.submitted == [task]
    assert list(diary.plan.cells) == [NAMES[0]]
    assert run.cohort(cells[0].id, 0, 3).error() is None
    assert states(run, cells) == ["done", "done"]


def test_a_full_disk_stops_the_sweep(run: RunDirectory, cells: list[Cell], diary: Diary) -> None:
    message = "cannot write to the disk: No space left on device"
    task = f"{cells[0].id}/00-03"
    executor = ScriptedExecutor(trains_until_stopped, {task: [fails("disk", message)]})
    ending = drive(run, cells, executor, diary)
    assert (ending.stopped, ending.failures) == (message, {})
    assert run.cohort(cells[0].id, 0, 3).error() is None
    # the other cohort was let commit
    commit = run.cohort(cells[1].id, 0, 3).committed()
    assert commit is not None
    assert commit.step == 5
    assert diary.endings == [(NAMES[1], "stopped")]
    assert not run.stop_requested()


@pytest.mark.parametrize("text", ["interrupted", "tracking server http://host cannot be reached"])
def test_a_watch_stops_the_sweep_and_the_workers_commit(
    run: RunDirectory, cells: list[Cell], diary: Diary, text: str
) -> None:
    executor = ScriptedExecutor(trains_until_stopped)
    ending = drive(run, cells, executor, diary, Alarm(10**9), Alarm(3, text))
    assert ending.stopped == text
    assert [run.status(cell).step for cell in cells] == [5, 5]
    assert diary.endings == [(name, "stopped") for name in NAMES]
    assert diary.told[-1] == ("stop",)
    assert executor.killed == []
    assert not run.stop_requested()
    drive(run, cells, ScriptedExecutor(trains), Diary())
    assert states(run, cells) == ["done", "done"]


def test_a_stop_before_anything_began(run: RunDirectory, cells: list[Cell], diary: Diary) -> None:
    executor = ScriptedExecutor(trains)
    assert drive(run, cells, executor, diary, Alarm(0)).stopped == "interrupted"
    assert executor.submitted == []
    assert states(run, cells) == ["waiting", "waiting"]


def test_a_cohort_that_ends_while_others_are_stopped_is_done(
    run: RunDirectory, cells: list[Cell], diary: Diary
) -> None:
    executor = ScriptedExecutor(trains_until_stopped, {f"{cells[0].id}/00-03": [trains]})
    assert drive(run, cells, executor, diary, Alarm(1)).stopped == "interrupted"
    assert diary.endings == [(NAMES[0], "done"), (NAMES[1], "stopped")]


def test_a_stopped_cell_is_told_once_however_many_slices_it_has(tmp_path: Path, diary: Diary) -> None:
    cells = make_cells(tmp_path, seeds=4, resources={"cohort": 1})
    run = make_run(tmp_path / "small", cells)
    drive(run, cells, ScriptedExecutor(trains_until_stopped), diary, Alarm(1))
    assert diary.endings == [(NAMES[0], "stopped")]


def test_who_does_not_stop_is_killed(
    run: RunDirectory, cells: list[Cell], diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "PATIENCE", 0.05)
    executor = ScriptedExecutor(hangs)
    ending = drive(run, cells, executor, diary, Alarm(1))
    assert executor.killed == [f"{cell.id}/00-03" for cell in cells]
    assert 0.05 <= ending.seconds < 2


def test_a_stop_file_of_somebody_else_is_a_reason(run: RunDirectory, cells: list[Cell], diary: Diary) -> None:
    def asks(task: Task) -> Iterator[TaskEvent]:
        run.request_stop()
        yield from trains_until_stopped(task)

    ending = drive(
        run, cells, ScriptedExecutor(trains_until_stopped, {f"{cells[0].id}/00-03": [asks]}), diary
    )
    assert ending.stopped == f"somebody put the file {run.root / 'stop'} there"
    assert not run.stop_requested()


def test_a_stop_file_left_behind_is_no_reason(run: RunDirectory, cells: list[Cell], diary: Diary) -> None:
    run.request_stop()
    assert drive(run, cells, ScriptedExecutor(trains), diary).stopped is None
    assert states(run, cells) == ["done", "done"]


@pytest.fixture
def demanding(tmp_path: Path) -> list[Cell]:
    """Two cells whose metric wants features of the same data."""
    metrics = [{"use": "frechet-distance", "features": "pixels"}]
    models = {"digits": {"use": "dcgan", "width": 8}}
    techniques = ["non-saturating", "wgan-gp"]
    return make_cells(tmp_path, datasets=["digits"], metrics=metrics, models=models, techniques=techniques)


def test_features_are_prepared_once_and_first(tmp_path: Path, demanding: list[Cell], diary: Diary) -> None:
    run = make_run(tmp_path / "small", demanding)
    # any of the cells may stand for both
    executor = ScriptedExecutor(trains, {f"prepare {cell.id}": [prepares] for cell in demanding})
    drive(run, demanding, executor, diary)
    prepared, *trained = executor.submitted
    assert prepared.startswith("prepare ")
    assert trained == [f"{cell.id}/00-02" for cell in demanding]
    assert states(run, demanding) == ["done", "done"]
    assert diary.notes == ["ring: classifier/accuracy 0.9877"]


def test_features_that_cannot_be_prepared_fail_with_their_cells(
    tmp_path: Path, demanding: list[Cell], diary: Diary
) -> None:
    run = make_run(tmp_path / "small", demanding)
    executor = ScriptedExecutor(fails("exception", "ValueError: no such layer"))
    ending = drive(run, demanding, executor, diary)
    assert ending.stopped is None
    assert ending.failures == {cell.name: "ValueError: no such layer" for cell in demanding}
    assert diary.notes[0] == "features cannot be prepared: ValueError: no such layer"
    assert states(run, demanding) == ["failed", "failed"]


def test_a_disk_full_of_features_stops_the_sweep(tmp_path: Path, demanding: list[Cell], diary: Diary) -> None:
    run = make_run(tmp_path / "small", demanding)
    executor = ScriptedExecutor(fails("disk", "cannot write to the disk: No space left on device"))
    ending = drive(run, demanding, executor, diary)
    assert ending.stopped == "cannot write to the disk: No space left on device"
    assert len(executor.submitted) == 1


def test_preparing_is_given_up_at_once_after_a_stop(
    tmp_path: Path, demanding: list[Cell], diary: Diary
) -> None:
    run = make_run(tmp_path / "small", demanding)
    executor = ScriptedExecutor(prepares_for_ever)
    ending = drive(run, demanding, executor, diary, Alarm(3))
    assert ending.stopped == "interrupted"
    assert executor.killed == executor.submitted
    assert ending.seconds < 2
