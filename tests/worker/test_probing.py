"""Probes at the end of training: each looks once, whatever interrupts it, and training does not feel it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch
from PIL import Image

from gbench.errors import UserError
from gbench.evaluation.evaluator import Evaluator
from gbench.evaluation.probe import Finding, Probe
from gbench.evaluation.trained import Trained
from gbench.record import CohortDirectory, RunDirectory
from gbench.record.events import ProbeFinding
from gbench.report.entries import statistics_of
from gbench.suite.cell import Cell
from gbench.sweep.rehearsals import rehearse_cells
from gbench.testing import make_cohort, make_recipe, points
from gbench.worker import session
from gbench.worker.probing import Probing
from gbench.worker.train import train
from tests.sweep.small import make_cells, make_run, numbers

Json = dict[str, Any]

TECHNIQUE = {"use": "wgan-gp", "ema": 0.9, "regularizers": ["gradient-penalty", "instance-noise"]}
PROBES = [
    {"use": "path-angle", "since": 0.5, "points": 10, "beyond": 0.1, "batches": 1},
    {"use": "discriminator-accuracy", "samples": 100},
    {"use": "mode-histogram", "samples": 100},
]
NAMES = ["path-angle", "discriminator-accuracy", "mode-histogram"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole")


@pytest.fixture(scope="module")
def cell(folder: Path) -> Cell:
    [cell] = make_cells(folder, seeds=2, techniques=[TECHNIQUE], probes=PROBES)
    return cell


@pytest.fixture(scope="module")
def whole(folder: Path, cell: Cell) -> CohortDirectory:
    """The cell's cohort, trained in one go."""
    return trained(make_run(folder / "whole", [cell]), cell)


def messages(run: RunDirectory, cell: Cell) -> Iterator[Json]:
    return train({"run": str(run.root), "cell": cell.to_json(), "first": 0, "last": cell.replicas - 1})


def trained(run: RunDirectory, cell: Cell) -> CohortDirectory:
    for _ in messages(run, cell):
        pass
    return run.cohort(cell.id, 0, cell.replicas - 1)


def findings(cohort: CohortDirectory) -> list[Json]:
    """What the probes recorded, without the time."""
    probes = [event.to_json() for event in cohort.events() if isinstance(event, ProbeFinding)]
    return [{name: value for name, value in event.items() if name != "time"} for event in probes]


def test_every_probe_looks_once_at_the_end(cell: Cell, whole: CohortDirectory) -> None:
    found = findings(whole)
    assert [(event["probe"], event["step"]) for event in found] == [(name, 40) for name in NAMES]
    keys = [key for event in found for key in event["values"]]
    assert keys == list(cell.probed)
    assert all(len(row) == 2 for event in found for row in event["values"].values())
    assert [len(rows) for rows in found[0]["tables"]["path"]] == [12, 12]
    assert found[2]["files"] == {
        "mode-histogram": {str(r): f"samples/mode-histogram-r0{r}.png" for r in range(2)}
    }
    with Image.open(whole.file("samples/mode-histogram-r00.png")) as picture:
        assert (picture.format, picture.size) == ("PNG", (480, 360))


def test_training_does_not_feel_them(folder: Path, whole: CohortDirectory) -> None:
    [bare] = make_cells(folder, seeds=2, techniques=[TECHNIQUE])
    assert numbers(trained(make_run(folder / "bare", [bare]), bare)) == numbers(whole)


def test_the_record_gives_them_back(folder: Path, cell: Cell, whole: CohortDirectory) -> None:
    history = RunDirectory(folder / "whole").history(cell)
    found = findings(whole)
    assert list(history.probes) == NAMES
    norms = found[0]["values"]["path-norm"]
    assert history.probes["path-angle"].values["path-norm"] == dict(enumerate(norms))
    assert history.probes["path-angle"].tables["path"][1] == found[0]["tables"]["path"][1]
    assert history.probes["path-angle"].pictures["path"][1] == whole.path / "samples/path-r01.png"
    statistics = statistics_of(history)
    assert statistics["median/path-norm"] == pytest.approx(sum(norms) / 2)
    assert statistics["worst/mode-distance-100"] == max(found[2]["values"]["mode-distance-100"])


def test_stopped_between_two_of_them_the_others_look_later(
    tmp_path: Path, cell: Cell, whole: CohortDirectory
) -> None:
    run = make_run(tmp_path, [cell])
    for message in messages(run, cell):
        if message.get("probe") == "path-angle":
            run.request_stop()
    cohort = run.cohort(cell.id, 0, 1)
    assert cohort.result() is None
    assert [event["probe"] for event in findings(cohort)] == NAMES[:1]
    run.clear_stop()
    trained(run, cell)
    assert findings(cohort) == findings(whole)
    assert numbers(cohort) == numbers(whole)


def test_what_one_found_before_a_crash_without_a_commit_is_found_again(
    tmp_path: Path, cell: Cell, whole: CohortDirectory
) -> None:
    run = make_run(tmp_path, [cell])
    attempt = messages(run, cell)
    while next(attempt).get("probe") != "discriminator-accuracy":
        pass
    attempt.close()
    trained(run, cell)
    assert findings(run.cohort(cell.id, 0, 1)) == findings(whole)


@pytest.mark.parametrize("stop_at", [13, 30])
def test_what_they_remember_survives_an_interruption(
    tmp_path: Path, cell: Cell, whole: CohortDirectory, stop_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The path starts at round 20."""
    monkeypatch.setattr(session, "MESSAGE_PAUSE", 0.0)
    run = make_run(tmp_path, [cell])
    for message in messages(run, cell):
        if message["step"] == stop_at:
            run.request_stop()
    run.clear_stop()
    assert findings(trained(run, cell)) == findings(whole)


def test_a_probe_that_cannot_look_says_why_and_costs_no_training(tmp_path: Path) -> None:
    """All points of the data set are the same: no distance is usual."""
    [cell] = make_cells(
        tmp_path,
        datasets=["point-mass"],
        models={},
        metrics=["equilibrium-distance"],
        techniques=[{"label": "dirac", "game": "dirac", "loss": "minimax"}],
        probes=["neighbours"],
    )
    run = make_run(tmp_path / "run", [cell])
    cohort = trained(run, cell)
    [found] = findings(cohort)
    reason = "half of the held-out samples are training samples: no distance to compare with"
    assert found["reason"] == reason
    assert found["values"] == {"neighbour-ratio-pixels-1k": [None] * 3}
    assert run.history(cell).probes["neighbours"].reasons == dict.fromkeys(range(3), reason)
    assert [outcome["status"] for outcome in cohort.result()["replicas"]] == ["done"] * 3


def test_where_every_replica_diverged_nobody_looks(tmp_path: Path) -> None:
    technique = {"use": "wgan", "optimizer": {"use": "sgd", "lr": 1e30}, "regularizers": []}
    [cell] = make_cells(tmp_path, techniques=[technique], probes=PROBES[2:])
    run = make_run(tmp_path / "run", [cell])
    found = findings(trained(run, cell))
    assert [event["reason"] for event in found] == ["every replica diverged"]
    assert found[0]["values"] == {"mode-distance-100": [None] * 3}
    statistics = statistics_of(run.history(cell))
    assert statistics["median/mode-distance-100"] == 1


class Vandal(Probe):
    """Leaves nothing as it was."""

    def look(self, trained: Trained) -> Finding:
        for player in trained.cohort.players:
            for parameter in player.parameters:
                parameter.zero_()
        trained.stage.random.normal("latent", (8, 16))
        trained.cohort.draw()["real"]
        trained.cohort.health.alive[0] = False
        return Finding(values={"mark": torch.arange(3.0)}, tables={"marks": [[1.0], [float("nan")], [3.0]]})


def test_what_a_probe_changes_is_undone_and_the_dead_have_no_numbers(tmp_path: Path) -> None:
    cohort = make_cohort()
    for _ in range(3):
        cohort.round()
    cohort.health.alive[1] = False
    evaluator = Evaluator(points(), [], {})
    probing = Probing(cohort.recipe, cohort, evaluator, tmp_path)
    probing.probes, probing.names = [Vandal()], ["vandal"]
    before = {name: p.clone() for name, p in cohort.networks["generator"].parameters.items()}
    counters = dict(cohort.stage.random.counters)
    with torch.enable_grad():
        [found] = probing.look()
    assert found.values == {"mark": [0.0, None, 2.0]}
    assert found.tables["marks"][1] is None
    for name, parameter in cohort.networks["generator"].parameters.items():
        assert torch.equal(parameter, before[name])
    assert (cohort.step, cohort.stage.random.counters) == (3, counters)
    assert cohort.health.alive.tolist() == [True, False, True]
    assert not probing.waits()


class Breaking(Probe):
    """Fails in a way that nobody foresaw."""

    keys: ClassVar = {"mark": ("min", None)}

    def look(self, trained: Trained) -> Finding:
        raise RuntimeError("can't allocate\nmemory")


def test_a_probe_that_breaks_costs_no_training(tmp_path: Path) -> None:
    """The driver would read this as a cohort too large for the memory, and train its halves from scratch."""
    probing = Probing(make_recipe(), make_cohort(), Evaluator(points(), [], {}), tmp_path)
    probing.probes, probing.names = [Breaking()], ["breaking"]
    [found] = probing.look()
    assert found.reason == "RuntimeError: can't allocate memory"
    assert set(found.values) == {"mark"}


def test_probes_that_the_game_has_nothing_for_are_left_out(tmp_path: Path) -> None:
    """A game without a model has no latents to go between."""
    cells = make_cells(
        tmp_path,
        datasets=["point-mass"],
        models={"point-mass": "mlp"},
        metrics=["equilibrium-distance"],
        techniques=["non-saturating", {"label": "dirac", "game": "dirac", "loss": "minimax"}],
        probes=["interpolation", "jacobian"],
    )
    assert [[probe.use for probe in cell.recipe.probes] for cell in cells] == [
        ["interpolation", "jacobian"],
        ["jacobian"],
    ]
    assert list(cells[1].probed) == ["jacobian-growth", "jacobian-rotation", "jacobian-radius"]
    assert Cell.from_json(cells[0].to_json()) == cells[0]


def test_without_probes_a_recipe_does_not_speak_of_them(tmp_path: Path) -> None:
    [cell] = make_cells(tmp_path)
    assert "probes" not in cell.recipe.to_json()
    assert cell.probed == {}


def test_rehearsal_tries_what_a_probe_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Probe, trained: Trained) -> None:
        raise UserError("this cannot be differentiated twice")

    cells = make_cells(tmp_path, probes=["jacobian"])
    rehearse_cells(cells)
    monkeypatch.setattr("gbench_probes.jacobian.Jacobian.check", refuse)
    with pytest.raises(UserError) as caught:
        rehearse_cells(cells)
    assert caught.value.message == "ring/non-saturating: this cannot be differentiated twice"
