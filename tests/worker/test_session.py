"""A cohort trained in one go, stopped, killed, diverged in part: the record holds the same numbers."""

import json
import os
import signal
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from gbench.engine import traces
from gbench.engine.cohort import Cohort
from gbench.evaluation.evaluator import Evaluator
from gbench.record import CohortDirectory, Fenced, RunDirectory
from gbench.suite.cell import Cell
from gbench.worker import session
from gbench.worker.train import train
from tests.sweep.small import make_cells, make_run, numbers

Json = dict[str, Any]

# Everything that has a state: momenta, an average of the weights, random points, several steps a round.
TECHNIQUE = {"use": "wgan-gp", "ema": 0.9, "regularizers": ["gradient-penalty", "instance-noise"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the cell is trained in one go."""
    return tmp_path_factory.mktemp("whole")


@pytest.fixture(scope="module")
def cell(folder: Path) -> Cell:
    metrics = [{"use": "modes", "samples": 64}, {"use": "log-likelihood", "samples": 64}]
    [cell] = make_cells(folder, techniques=[TECHNIQUE], metrics=metrics)
    return cell


@pytest.fixture(scope="module")
def whole(folder: Path, cell: Cell) -> Json:
    """The numbers of the cell, trained in one go."""
    return trained(folder / "whole", cell)


@pytest.fixture(scope="module")
def coarse(folder: Path, cell: Cell) -> Json:
    """The same with trace windows of seven rounds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(traces, "POINTS", 6)
        return trained(folder / "coarse", cell)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions that look around after every round, and trace windows of seven rounds."""
    monkeypatch.setattr(session, "MESSAGE_PAUSE", 0.0)
    monkeypatch.setattr(traces, "POINTS", 6)


def payload(run: RunDirectory, cell: Cell) -> Json:
    return {"run": str(run.root), "cell": cell.to_json(), "first": 0, "last": cell.replicas - 1}


def cohort_of(run: RunDirectory, cell: Cell) -> CohortDirectory:
    return run.cohort(cell.id, 0, cell.replicas - 1)


def messages(run: RunDirectory, cell: Cell) -> Iterator[Json]:
    return train(payload(run, cell))


def trained(root: Path, cell: Cell) -> Json:
    """The numbers of the cell, trained in one go."""
    run = make_run(root, [cell])
    for _ in messages(run, cell):
        pass
    return numbers(cohort_of(run, cell))


def test_a_finished_cohort_holds_every_measurement_and_round_once(whole: Json) -> None:
    assert [step for step, _ in whole["measurements"]] == [10, 20, 30, 40]
    assert [step for step, _ in whole["images"]] == [10, 20, 30, 40]
    assert set(whole["traces"]) == {
        "objective/discriminator",
        "objective/generator",
        "gradient/discriminator",
        "gradient/generator",
        "score/real",
        "score/fake",
    }
    for points in whole["traces"].values():
        assert [step for step, _ in points] == list(range(1, 41))
    assert whole["outcomes"] == [{"replica": r, "status": "done", "step": 40} for r in range(3)]


def test_a_finished_cohort_keeps_no_checkpoint(folder: Path, cell: Cell, whole: Json) -> None:
    cohort = cohort_of(RunDirectory(folder / "whole"), cell)
    assert list(cohort.path.glob("checkpoint*")) == []
    assert cohort.attempts() == 1


def test_pictures_are_drawn(folder: Path, cell: Cell, whole: Json) -> None:
    cohort = cohort_of(RunDirectory(folder / "whole"), cell)
    names = [name for _, files in whole["images"] for name in files.values()]
    assert sorted(names) == sorted(str(path.relative_to(cohort.path)) for path in cohort.path.rglob("*.png"))
    for name in names:
        with Image.open(cohort.file(name)) as picture:
            assert (picture.format, picture.size) == ("PNG", (360, 360))


@pytest.mark.usefixtures("eager")
def test_stopped_again_and_again_it_ends_with_the_same_numbers(
    tmp_path: Path, cell: Cell, coarse: Json
) -> None:
    run = make_run(tmp_path / "stopped", [cell])
    for stop_at in (1, 13, 20, 33):
        for message in messages(run, cell):
            if message["step"] == stop_at:
                run.request_stop()
        commit = cohort_of(run, cell).committed()
        assert commit is not None
        assert commit.step == stop_at
        run.clear_stop()
    for _ in messages(run, cell):
        pass
    assert cohort_of(run, cell).attempts() == 5
    assert numbers(cohort_of(run, cell)) == coarse


@pytest.mark.usefixtures("eager")
def test_what_a_crash_left_uncommitted_does_not_count(
    tmp_path: Path, cell: Cell, coarse: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "COMMIT_PAUSE", 0.0)
    run = make_run(tmp_path / "crashed", [cell])
    attempt = messages(run, cell)
    while next(attempt)["step"] < 20:
        pass
    monkeypatch.setattr(session, "COMMIT_PAUSE", 1e9)
    while next(attempt)["step"] < 33:
        pass
    attempt.close()  # flushes the measurement at step 30 and commits nothing
    commit = cohort_of(run, cell).committed()
    assert commit is not None
    assert commit.step == 20
    assert commit.offset < (cohort_of(run, cell).path / commit.journal).stat().st_size
    for _ in messages(run, cell):
        pass
    assert numbers(cohort_of(run, cell)) == coarse


DYING = """
import json, os, signal, sys
from gbench.worker import session
from gbench.worker import train as worker
session.MESSAGE_PAUSE = session.COMMIT_PAUSE = 0.0
for message in worker.train(json.load(sys.stdin)):
    if message["step"] == 20:
        session.COMMIT_PAUSE = 1e9
    if message["step"] == 33:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_loses_nothing_that_was_committed(tmp_path: Path, cell: Cell, whole: Json) -> None:
    run = make_run(tmp_path / "killed", [cell])
    done = subprocess.run(
        [sys.executable, "-c", DYING],
        input=json.dumps(payload(run, cell)).encode(),
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    commit = cohort_of(run, cell).committed()
    assert commit is not None
    assert commit.step == 20
    for _ in messages(run, cell):
        pass
    assert numbers(cohort_of(run, cell)) == whole


@pytest.mark.usefixtures("eager")
def test_an_attempt_that_was_superseded_ends_and_touches_nothing(
    tmp_path: Path, cell: Cell, coarse: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "COMMIT_PAUSE", 0.0)
    run = make_run(tmp_path / "run", [cell])
    former = messages(run, cell)
    while next(former)["step"] < 15:
        pass
    later = list(messages(run, cell))
    with pytest.raises(Fenced, match="was superseded by attempt 2"):
        list(former)
    assert later[-1]["step"] == 40
    assert numbers(cohort_of(run, cell)) == coarse


def test_the_last_measurement_is_repeated_with_fresh_latents(
    tmp_path: Path, cell: Cell, whole: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is recorded is the standard deviation of its scores and of those of four more draws."""
    draws: list[list[float]] = []
    measure = Evaluator.measure

    def listening(self: Evaluator, *given: Any) -> dict[str, list[float]]:
        values = measure(self, *given)
        draws.append(values["log-likelihood-64"])
        return values

    monkeypatch.setattr(Evaluator, "measure", listening)
    assert trained(tmp_path / "again", cell) == whole
    assert len(draws) == 4 + cell.sampling == 8
    (step, values) = whole["measurements"][-1]
    assert (step, values["log-likelihood-64"]) == (40, draws[3])
    deviations = [statistics.stdev(scores) for scores in zip(*draws[3:], strict=True)]
    [(step, repeats, values)] = whole["sampling"]
    assert (step, repeats) == (40, 4)
    assert list(values) == ["modes-64", "log-likelihood-64"]
    assert values["log-likelihood-64"] == pytest.approx(deviations)
    assert min(deviations) > 0


def test_without_it_all_other_numbers_are_the_same(tmp_path: Path, cell: Cell, whole: Json) -> None:
    assert trained(tmp_path / "off", replace(cell, sampling=0)) == whole | {"sampling": []}


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    """After round 14, replica 1's generator generates nothing but NaN."""
    healthy = Cohort.round

    def round_(self: Cohort) -> dict[str, torch.Tensor]:
        latest = healthy(self)
        if self.step == 14:
            for parameter in self.networks["generator"].parameters.values():
                parameter.data[self.replicas.index(1)] = torch.nan
        return latest

    monkeypatch.setattr(Cohort, "round", round_)


def without(replica: int, rows: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """The rows of a curve, or of a measurement's curves, without one replica's values."""

    def cut(row: Any) -> Any:
        if isinstance(row, dict):
            return {key: cut(values) for key, values in row.items()}
        return [value for number, value in enumerate(row) if number != replica]

    return [(step, cut(row)) for step, row in rows]


def test_a_diverged_replica_has_no_numbers_and_leaves_the_others_as_they_are(
    tmp_path: Path, cell: Cell, whole: Json, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("poisoned")  # after what is healthy was trained
    sick = trained(tmp_path / "sick", cell)
    assert sick["diverged"] == [(15, 1)]
    assert sick["outcomes"] == [
        {"replica": 0, "status": "done", "step": 40},
        {"replica": 1, "status": "diverged", "step": 15},
        {"replica": 2, "status": "done", "step": 40},
    ]
    gone = [step for step, values in sick["measurements"] if values["modes-64"][1] is None]
    assert gone == [20, 30, 40]
    assert sick["sampling"][0][2]["modes-64"][1] is None
    assert {step: sorted(files) for step, files in sick["images"]} == {
        10: ["0", "1", "2"],
        20: ["0", "2"],
        30: ["0", "2"],
        40: ["0", "2"],
    }
    objective = [row[1] for _, row in sick["traces"]["objective/generator"]]
    assert None not in objective[:14]
    assert objective[14:] == [None] * 26
    assert without(1, sick["measurements"]) == without(1, whole["measurements"])
    (step, _, values), (_, _, theirs) = sick["sampling"][0], whole["sampling"][0]
    assert without(1, [(step, values)]) == without(1, [(step, theirs)])
    for key, points in whole["traces"].items():
        assert without(1, sick["traces"][key]) == without(1, points)


@pytest.mark.usefixtures("eager", "poisoned")
@pytest.mark.parametrize("stop_at", [14, 15])
def test_a_divergence_is_announced_once(tmp_path: Path, cell: Cell, stop_at: int) -> None:
    run = make_run(tmp_path / "stopped", [cell])
    for message in messages(run, cell):
        if message["step"] == stop_at:
            run.request_stop()
    run.clear_stop()
    for _ in messages(run, cell):
        pass
    assert numbers(cohort_of(run, cell)) == trained(tmp_path / "whole", cell)


EXPLOSIVE = {"use": "non-saturating", "optimizer": {"use": "sgd", "lr": 1e30}}


@pytest.mark.parametrize("pause", [0.0, 1e9])
def test_where_all_replicas_have_diverged_training_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pause: float
) -> None:
    monkeypatch.setattr(session, "MESSAGE_PAUSE", pause)
    budget = {"steps": 2000, "batch_size": 8, "measurements": 1}
    [cell] = make_cells(tmp_path, techniques=[EXPLOSIVE], budget=budget)
    dead = trained(tmp_path / "dead", cell)
    assert [outcome["status"] for outcome in dead["outcomes"]] == ["diverged"] * 3
    assert dead["diverged"] == sorted((each["step"], each["replica"]) for each in dead["outcomes"])
    assert max(step for step, _ in dead["diverged"]) < 10
    # However slow the machine is: who lives is asked every hundred rounds.
    assert dead["traces"]["objective/generator"][-1][0] == 100
    assert dead["measurements"] == dead["sampling"] == []
