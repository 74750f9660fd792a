"""Contests of a small run: kept networks, what is due, what is recorded, who stays out."""

from pathlib import Path
from typing import Any

import pytest
import torch

from gbench.engine.cohort import Cohort
from gbench.engine.device import choose_device
from gbench.plugins import load_registry
from gbench.record import RunDirectory, load_contests
from gbench.suite import load_suite
from gbench.suite.suite import Suite
from gbench.sweep.driver import Driver, Ending
from gbench.sweep.executor import Executor
from gbench.sweep.holding import Contests, due_contests
from gbench.sweep.inline import InlineExecutor
from gbench.worker.entrants import teams_of
from gbench.worker.train import load_data
from tests.sweep.scripted import Diary
from tests.sweep.small import make_run, write_suite

CONTESTS = [{"use": "tournament", "samples": 50}, {"use": "nrds", "samples": 50, "epochs": 2}]
DIVERGES = {"use": "non-saturating", "label": "wild", "optimizer": {"use": "sgd", "lr": 1e30}}


def small(folder: Path, **changes: Any) -> Suite:
    usual = {
        "seeds": 2,
        "budget": {"steps": 6, "batch_size": 8, "measurements": 1},
        "techniques": ["non-saturating", "wgan-gp"],
        "contests": CONTESTS,
    }
    return load_suite(write_suite(folder, **usual | changes))


def drive(folder: Path, suite: Suite, diary: Diary | None = None) -> tuple[RunDirectory, Ending]:
    """The whole suite in this process."""
    run = make_run(folder / "small", suite.cells())
    with InlineExecutor() as executor:
        driver = Driver(run, suite.cells(), executor, diary or Diary(), (), "small", suite.contests())
        return run, driver.drive()


def names(run: RunDirectory) -> list[str]:
    return [record.contest for record in load_contests(run)]


def test_contests_follow_training_once(tmp_path: Path) -> None:
    suite = small(tmp_path)
    run, ending = drive(tmp_path, suite)
    assert (ending.stopped, ending.failures, ending.contests) == (None, {}, {})
    assert names(run) == ["nrds", "tournament"]
    assert due_contests(run, suite.cells(), suite.contests()) == []
    nrds, tournament = load_contests(run)
    assert nrds.cells == tournament.cells == [cell.id for cell in suite.cells()]
    assert nrds.scores == {"nrds-pixels-50": ("max", 0.0)}
    [shares] = nrds.values.values()
    assert sum(share for row in shares.values() for share in row if share) == pytest.approx(1)
    assert [len(row) for of in tournament.values.values() for row in of.values()] == [2, 2, 2, 2]


def test_other_options_and_other_participants_make_them_due(tmp_path: Path) -> None:
    run, _ = drive(tmp_path, small(tmp_path))
    other = small(tmp_path, contests=[CONTESTS[0], {"use": "nrds", "samples": 60, "epochs": 2}])
    assert [task.id for task in due_contests(run, other.cells(), other.contests())] == ["contest ring/nrds"]
    fewer = small(tmp_path, seeds=1)
    assert len(due_contests(run, fewer.cells(), fewer.contests())) == 2
    more = small(tmp_path, seeds=3)
    run, _ = drive(tmp_path, more)
    assert [len(row) for of in load_contests(run)[0].values.values() for row in of.values()] == [3, 3]


def test_they_are_the_same_on_every_executor(tmp_path: Path, executor: Executor) -> None:
    suite = small(tmp_path)
    run, _ = drive(tmp_path, suite)
    before = load_contests(run)
    for path in (run.root / "contests").glob("*/*.json"):
        path.unlink()
    notes: list[str] = []
    assert Contests(executor, notes.append).hold(due_contests(run, suite.cells(), suite.contests())) == {}
    assert notes == ["holding 2 contests"]
    assert load_contests(run) == before


def test_kept_networks_generate_and_judge_as_the_trained_ones(tmp_path: Path) -> None:
    """In two slices, with averages: the team's samples are those of a cohort trained in this test."""
    suite = small(tmp_path, techniques=[{"use": "non-saturating", "ema": 0.9}], resources={"cohort": 1})
    run, _ = drive(tmp_path, suite)
    [cell] = suite.cells()
    device = choose_device(0)
    data = load_data(cell.recipe, device)
    trained = Cohort(cell.recipe, data, [1], load_registry(), device)
    for _ in range(cell.recipe.budget.steps):
        trained.round()
    _, team = teams_of(run, cell, data, device)
    assert [entrant.name for entrant in team.entrants] == ["non-saturating:1"]
    samples = trained.inference.generated(20).samples
    assert torch.equal(team.generator(20)[0], samples)
    scores, judged = trained.inference.scores_of(samples), team.discriminator(samples)
    assert scores is not None
    assert judged is not None
    assert torch.equal(judged, scores)


def test_energies_are_turned_round(tmp_path: Path) -> None:
    model = {"use": "autoencoder", "width": 8}
    suite = small(tmp_path, techniques=[{"use": "ebgan", "model": model}], models={})
    run, _ = drive(tmp_path, suite)
    [cell] = suite.cells()
    [team] = teams_of(run, cell, load_data(cell.recipe, torch.device("cpu")), torch.device("cpu"))
    scores = team.discriminator(torch.zeros(2, 5, 2))
    assert scores is not None
    assert (scores <= 0).all()


def test_who_diverged_has_the_worst_score(tmp_path: Path) -> None:
    contests = [*CONTESTS, {"use": "skill-rating", "samples": 50}]
    suite = small(tmp_path, techniques=["non-saturating", DIVERGES], contests=contests)
    run, _ = drive(tmp_path, suite)
    wild = suite.cells()[1]
    nrds, skill, tournament = load_contests(run)
    assert nrds.values["nrds-pixels-50"][wild.id] == [0.0, 0.0]
    assert tournament.values["tournament-win-rate-50"][wild.id] == [0.0, 0.0]
    assert skill.values["skill-rating-50"][wild.id] == [None, None]
    assert skill.median("skill-rating-50", wild.id) == -float("inf")


def test_networks_that_were_not_kept_are_told(tmp_path: Path) -> None:
    """The cell without takes no part; with nobody left the contest fails, and comes again."""
    run, _ = drive(tmp_path, small(tmp_path, contests=[], techniques=["wgan-gp"]))
    suite, diary = small(tmp_path), Diary()
    run, ending = drive(tmp_path, suite, diary)
    lacking = suite.cells()[1]
    note = (
        "wgan-gp: its networks were not kept, for it was trained before the suite had contests; "
        f"delete {run.cell_folder(lacking.id).resolve()} and run the suite to train it again"
    )
    assert ending.contests == {}
    assert [record.notes for record in load_contests(run)] == [[note], [note]]
    assert all(lacking.id not in of for record in load_contests(run) for of in record.values.values())

    alone = small(tmp_path, techniques=["wgan-gp"])
    run, ending = drive(tmp_path, alone, diary)
    assert ending.contests == {"contest ring/nrds": note, "contest ring/tournament": note}
    assert f"contest ring/nrds: {note}" in diary.notes
    assert [record.error for record in load_contests(run)] == [note, note]
    assert len(due_contests(run, alone.cells(), alone.contests())) == 2


def test_a_contest_that_cannot_be_held_leaves_the_others_alone(tmp_path: Path) -> None:
    suite = small(
        tmp_path,
        datasets=["digits"],
        models={"digits": {"use": "mlp", "width": 8}},
        metrics=[{"use": "frechet-distance", "features": "pixels", "samples": 64}],
        techniques=["non-saturating"],
        contests=[{"use": "gan-train-gan-test", "samples": 50}, *CONTESTS],
    )
    run, ending = drive(tmp_path, suite)
    refused = "no game of these techniques tells classes of what it generates; use game cgan"
    assert ending.contests == {"contest digits/gan-train-gan-test": refused}
    assert [record.error for record in load_contests(run)] == [refused, None, None]


def test_a_cell_that_is_not_trained_is_named(tmp_path: Path) -> None:
    both = small(tmp_path)
    first = both.cells()[:1]
    run = make_run(tmp_path / "small", first)
    with InlineExecutor() as executor:
        Driver(run, first, executor, Diary()).drive()
        run.add(both.cells())
        Contests(executor, lambda note: None).hold(due_contests(run, both.cells(), both.contests()))
    assert load_contests(run)[0].notes == ["wgan-gp: it is not trained to its end"]


def test_nothing_is_due_while_nothing_is_trained(tmp_path: Path) -> None:
    suite = small(tmp_path)
    assert due_contests(make_run(tmp_path / "small", suite.cells()), suite.cells(), suite.contests()) == []


def test_networks_are_kept_for_contests_alone(tmp_path: Path) -> None:
    run, _ = drive(tmp_path, small(tmp_path, contests=[], techniques=["non-saturating"]))
    assert list(run.root.glob("cells/*/*/networks.pt")) == []
