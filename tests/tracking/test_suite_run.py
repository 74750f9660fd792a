"""The suite's own run: one for each run directory, with the report and what it says."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from gbench.record import ContestRecord, RunDirectory
from gbench.record.contests import save_contest
from gbench.tracking.location import embedded_uri
from gbench.tracking.projector import Projector
from tests.tracking.sweep import CELLS, record, rows
from tests.tracking.test_projector import RUNS, runs_by_name, tables


@dataclass
class Press:
    """Writes reports, and counts them."""

    made: int = 0
    places: dict[str, str] = field(default_factory=lambda: {CELLS[0].id: "ring 01", CELLS[1].id: "ring 02"})
    text: str = "**On ring, wgan-gp does best.**"

    @property
    def lines(self) -> dict[str, str]:
        return {cell: f"Rank {place[-1]} of 2." for cell, place in self.places.items()}

    def __call__(self, run: Path, folder: Path) -> "Press":
        self.made += 1
        (folder / "tables").mkdir()
        (folder / "report.html").write_text(f"<p>{run.name} {self.made}")
        (folder / "tables" / "ring.csv").write_text("1")
        return self


def report_of(run: RunDirectory) -> tuple[Run, list[str]]:
    """The suite's run with the paths of its artifacts."""
    own = runs_by_name(run)["stability: report"]
    folder = Path(own.info.artifact_uri.removeprefix("file://"))
    return own, sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_report_is_an_artifact_of_a_run_that_answers(run: RunDirectory) -> None:
    Projector(run, publish=Press()).project()
    own, files = report_of(run)
    assert files == ["report/report.html", "report/tables/ring.csv"]
    assert own.info.status == "FINISHED"
    link = (
        f"#/experiments/1/runs/{own.info.run_id}/artifacts/report/report.html?workflowType=machine_learning"
    )
    first, second, *_ = own.data.tags["mlflow.note.content"].split("\n\n")
    assert first == f"Which techniques train stably? **[Open the whole report]({link})**"
    assert second == "**On ring, wgan-gp does best.**"
    experiment = MlflowClient(embedded_uri(run.root.parent)).get_experiment("1")
    assert experiment.tags["mlflow.note.content"].startswith(f"{second}\n\n")
    cell = runs_by_name(run)["ring/non-saturating"]
    assert cell.data.tags["gbench.rank"] == "ring 02"
    assert cell.data.tags["mlflow.note.content"].startswith("Rank 2 of 2.\n\n`non-saturating` on `ring`")


def test_it_is_made_again_only_where_something_changed(run: RunDirectory) -> None:
    press = Press()
    Projector(run, publish=press).project()
    before = tables(run)
    Projector(run, publish=press).project()
    assert (press.made, tables(run)) == (1, before)
    (run.root / "tracking.json").unlink()
    Projector(run, publish=press).project()
    assert (press.made, tables(run)) == (2, before)
    save_contest(run, contest(2.5))
    Projector(run, publish=press).project()
    assert press.made == 3
    run.create("name: stability\nsummary: Which is the best?\n")
    Projector(run, publish=press).project()
    assert press.made == 4
    assert report_of(run)[0].data.tags["mlflow.note.content"].startswith("Which is the best?")
    assert rows(run.root.parent, "runs") == RUNS


def contest(rating: float) -> ContestRecord:
    return ContestRecord(
        contest="skill-rating",
        version="1",
        options={},
        features={},
        dataset="ring",
        cells=[CELLS[0].id],
        participants={},
        scores={"skill-rating": ("max", None)},
        values={"skill-rating": {CELLS[0].id: [rating, rating, 9.0]}},
    )


def test_contests_are_shown_with_the_cells(run: RunDirectory) -> None:
    for rating in (2.5, 1.5):  # the contest was held again
        save_contest(run, contest(rating))
        Projector(run).project()
    metrics = runs_by_name(run)["ring/wgan-gp"].data.metrics
    assert metrics["contest/skill-rating"] == metrics["ring/contest/skill-rating"] == 1.5
    assert "contest/skill-rating" not in runs_by_name(run)["ring/non-saturating"].data.metrics


def test_no_report_while_a_cell_trains(results: Path) -> None:
    run, press = RunDirectory(results / "stability"), Press()
    run.create("")
    run.add(CELLS)
    record(run, CELLS[0])
    record(run, CELLS[1], until=300)
    projector = Projector(run, publish=press)
    projector.project()
    own, files = report_of(run)
    assert (own.info.status, own.data.tags["gbench.state"], files) == ("RUNNING", "running", [])
    assert own.data.tags["mlflow.note.content"].startswith("1 of 2 cells have ended; ")
    record(run, CELLS[1])
    projector.project()
    assert (press.made, report_of(run)[0].info.status) == (1, "FINISHED")


def test_a_report_that_cannot_be_made_hinders_nothing(run: RunDirectory) -> None:
    calls = []

    def fail(run: Path, folder: Path) -> Any:
        calls.append(run)
        raise ZeroDivisionError("a bug")

    projector = Projector(run, publish=fail)
    assert projector.project() > 0
    projector.project()
    assert len(calls) == 1
    own, files = report_of(run)
    assert (own.info.status, own.data.tags["gbench.error"]) == ("FINISHED", "ZeroDivisionError: a bug")
    assert files == []
    Projector(run, publish=Press()).project()  # another process tries again
    assert "gbench.error" not in report_of(run)[0].data.tags


def test_a_crash_before_the_cursor_doubles_nothing(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*arguments: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("gbench.tracking.suite_run.save_cursor", die)
        with pytest.raises(Killed):
            Projector(run, publish=Press()).project()
    Projector(run, publish=Press()).project()
    assert rows(run.root.parent, "runs") == RUNS


def test_a_moved_directory_keeps_its_run(run: RunDirectory) -> None:
    Projector(run, publish=Press()).project()
    moved = RunDirectory(run.root.rename(run.root.parent / "renamed"))
    moved.create("name: stability\n")
    Projector(moved, publish=Press()).project()
    own, _ = report_of(moved)
    assert own.data.tags["gbench.directory"].endswith("/renamed")
    assert rows(run.root.parent, "runs") == RUNS
