import json
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from PIL import Image

from gbench.errors import UserError
from gbench.record import Event, RunDirectory
from gbench.record.events import ProbeFinding, Sampling
from gbench.tracking.location import embedded_uri
from gbench.tracking.projector import Projector
from gbench.tracking.replica_runs import project_cohort
from tests.tracking.sweep import CELLS, START, make_cell, record, rows, summarise

# replicas: 5 steps x (2 scores + 2 points of a trace) each, less 3 lost steps x 2 scores of the diverged
# one, and final and best of both scores, less the diverged one's final without a worst value
CURVE_POINTS = 6 * 5 * 4 - 3 * 2
FINAL_POINTS = 6 * 4 - 1
MEDIAN_POINTS = 2 * 5 * 2  # of the cells' own runs: 2 scores at 5 steps
STATISTICS = 2 * 2  # once more under the data set's name
RUNS = 2 * (1 + 3) + 1  # cells, their replicas, the suite


def runs_by_name(run: RunDirectory) -> dict[str, Run]:
    client = MlflowClient(embedded_uri(run.root.parent))
    experiment = client.get_experiment_by_name("stability")
    return {found.info.run_name: found for found in client.search_runs([experiment.experiment_id])}


def history(run: RunDirectory, name: str, key: str) -> list[tuple[int, float, int]]:
    client = MlflowClient(embedded_uri(run.root.parent))
    points = client.get_metric_history(runs_by_name(run)[name].info.run_id, key)
    return [(point.step, point.value, point.timestamp) for point in points]


def tables(run: RunDirectory) -> tuple[int, ...]:
    return tuple(rows(run.root.parent, table) for table in ("metrics", "runs", "params", "tags"))


def forget(run: RunDirectory) -> None:
    for path in run.root.rglob("tracking.json"):
        path.unlink()


def test_every_committed_number_arrives_once(run: RunDirectory) -> None:
    assert Projector(run, summarise=summarise).project() == CURVE_POINTS + FINAL_POINTS
    assert tables(run)[:2] == (CURVE_POINTS + FINAL_POINTS + MEDIAN_POINTS + STATISTICS, RUNS)
    assert history(run, "ring/wgan-gp r1", "eval/modes") == [
        (step, step / 100 + 1, START + step) for step in (100, 200, 300, 400, 500)
    ]


def test_a_second_pass_finds_nothing_new(run: RunDirectory) -> None:
    projector = Projector(run, summarise=summarise)
    projector.project()
    before = tables(run)
    assert projector.project() == 0
    assert Projector(run, summarise=summarise).project() == 0
    assert tables(run) == before


def test_replaying_all_doubles_nothing(run: RunDirectory) -> None:
    Projector(run, summarise=summarise).project()
    before = tables(run)
    pictures = sorted((run.root.parent / "artifacts").rglob("*.*"))
    forget(run)
    assert Projector(run, summarise=summarise).project() == CURVE_POINTS + FINAL_POINTS
    assert tables(run) == before
    assert sorted((run.root.parent / "artifacts").rglob("*.*")) == pictures


def test_a_running_cell_is_followed(results: Path) -> None:
    run = RunDirectory(results / "stability")
    run.create("name: stability\n")
    run.add(CELLS[:1])
    projector = Projector(run, summarise=summarise)
    assert projector.project() == 0
    record(run, CELLS[0], until=200)
    assert projector.project() == 3 * 2 * 4
    assert runs_by_name(run)["ring/wgan-gp r0"].info.status == "RUNNING"
    assert history(run, "ring/wgan-gp", "ring/modes") == [(100, 2.0, START + 100), (200, 3.0, START + 200)]
    record(run, CELLS[0], until=500)
    projector.project()
    assert len(history(run, "ring/wgan-gp r0", "eval/modes")) == 5
    done = runs_by_name(run)["ring/wgan-gp r0"]
    assert (done.info.status, done.data.tags["gbench.attempt"]) == ("FINISHED", "2")
    assert done.info.end_time == START + 500


def test_a_diverged_replica_is_a_result_that_counts_as_the_worst(run: RunDirectory) -> None:
    Projector(run, summarise=summarise).project()
    replica = runs_by_name(run)["ring/non-saturating r2"]
    assert replica.info.status == "FINISHED"
    assert replica.data.tags["gbench.state"] == "diverged"
    assert replica.data.metrics["final/modes"] == 0.0
    assert replica.data.metrics["best/modes"] == 4.0
    assert "final/fd-pixels" not in replica.data.metrics
    # medians of (1, 2, 3), (2, 3, 4), then of (3, 4, worst), (4, 5, worst), (5, 6, worst)
    medians = [value for _, value, _ in history(run, "ring/non-saturating", "ring/modes")]
    assert medians == [2.0, 3.0, 3.0, 4.0, 5.0]
    distances = [value for _, value, _ in history(run, "ring/non-saturating", "ring/fd-pixels")]
    assert distances == [10 / 2, 10 / 3, 10 / 3, 10 / 4, 10 / 5]


def test_a_cell_has_a_run_with_the_statistics(run: RunDirectory) -> None:
    Projector(run, summarise=summarise).project()
    cell = runs_by_name(run)["ring/non-saturating"]
    assert cell.data.metrics["divergence-rate"] == pytest.approx(1 / 3)
    assert "undefined" not in cell.data.metrics
    assert cell.data.tags["gbench.kind"] == "cell"
    assert cell.data.tags["mlflow.note.content"] == (
        "`non-saturating` on `ring`: 3 seeds, 500 steps with batches of 64."
    )


def test_tags_and_parameters(run: RunDirectory) -> None:
    Projector(run).project()
    replica = runs_by_name(run)["ring/wgan-gp r1"]
    expected = {
        "gbench.cell": CELLS[0].id,
        "gbench.replica": "1",
        "gbench.technique": "wgan-gp",
        "gbench.label": "wgan-gp",
        "gbench.dataset": "ring",
        "gbench.suite": "stability",
        "gbench.kind": "replica",
        "gbench.state": "done",
        "gbench.attempt": "1",
        "mlflow.runName": "ring/wgan-gp r1",
        "mlflow.source.name": "gbench run stability",
    }
    assert replica.data.tags.items() >= expected.items()
    assert (
        replica.data.tags["mlflow.runColor"] == runs_by_name(run)["ring/wgan-gp"].data.tags["mlflow.runColor"]
    )
    told = {
        "dataset.use": "ring",
        "loss.use": "wgan-gp",
        "loss.version": "1",
        "regularizers": "gradient-penalty",
        "regularizers.gradient-penalty.version": "2",
        "regularizers.gradient-penalty.weight": "10.0",
        "optimizers.generator.use": "adam",
        "optimizers.generator.lr": "0.0001",
        "optimizers.generator.betas": "0.0, 0.9",
        "ema": "none",
        "budget.steps": "500",
        "budget.batch_size": "64",
        "budget.measurements": "5",
    }
    assert replica.data.params.items() >= told.items()
    assert "loss" not in replica.data.params


def test_the_experiment_explains_itself(run: RunDirectory) -> None:
    Projector(run, summarise=summarise).project()
    experiment = MlflowClient(embedded_uri(run.root.parent)).get_experiment_by_name("stability")
    assert experiment.tags["mlflow.note.content"].startswith(
        "All 2 cells have ended.\n\nThe question: Which "
    )
    assert experiment.tags["mlflow.experiment.primaryMetric.name"] == "final/modes"
    assert experiment.tags["mlflow.experiment.primaryMetric.greaterIsBetter"] == "True"
    assert experiment.artifact_location == (run.root.parent / "artifacts" / "stability").as_uri()


def test_the_record_lies_with_the_cell(run: RunDirectory) -> None:
    Projector(run).project()
    folder = Path(runs_by_name(run)["ring/wgan-gp"].info.artifact_uri.removeprefix("file://")) / "record"
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert names == ["00-02/attempt.json", "00-02/events.1.jsonl", "00-02/result.json", "cell.json"]


def test_a_mapping_lost_between_create_run_and_the_cursor(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*arguments: Any) -> None:
        raise Killed

    for _ in range(3):
        with monkeypatch.context() as patch:
            patch.setattr("gbench.tracking.replica_runs.save_cursor", die)
            with pytest.raises(Killed):
                Projector(run).project()
    Projector(run, summarise=summarise).project()
    assert rows(run.root.parent, "runs") == RUNS
    assert tables(run)[0] == CURVE_POINTS + FINAL_POINTS + MEDIAN_POINTS + STATISTICS


def test_a_failed_cohort_then_a_retry(results: Path) -> None:
    run = RunDirectory(results / "stability")
    run.create("")
    run.add(CELLS[:1])
    record(run, CELLS[0], until=100)
    run.cohort(CELLS[0].id, 0, 2).fail({"kind": "memory", "message": "out of memory", "attempts": 3})
    Projector(run).project()
    for name in ("ring/wgan-gp r0", "ring/wgan-gp"):
        failed = runs_by_name(run)[name]
        assert failed.info.status == "FAILED"
        assert failed.data.tags["gbench.state"] == "failed"
        assert failed.data.tags["gbench.error"] == "out of memory"
    record(run, CELLS[0], until=200)
    Projector(run).project()
    retried = runs_by_name(run)["ring/wgan-gp r0"]
    assert retried.info.status == "RUNNING"
    assert "gbench.error" not in retried.data.tags


def test_training_again_from_scratch_replaces_the_runs(run: RunDirectory) -> None:
    Projector(run).project()
    for path in sorted(run.cell_folder(CELLS[0].id).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    run.add(CELLS)
    record(run, CELLS[0])
    Projector(run).project()
    assert rows(run.root.parent, "runs", "lifecycle_stage = 'active'") == RUNS
    assert rows(run.root.parent, "runs", "lifecycle_stage = 'deleted'") == 4


def test_somebody_elses_runs_of_the_same_cell_stay(run: RunDirectory, tmp_path: Path) -> None:
    other = RunDirectory(tmp_path / "elsewhere" / "stability")
    other.create("")
    other.add(CELLS[:1])
    record(other, CELLS[0])
    Projector(run, embedded_uri(tmp_path)).project()
    Projector(other, embedded_uri(tmp_path)).project()
    assert rows(tmp_path, "runs", "lifecycle_stage = 'active'") == RUNS + 4 + 1


def test_a_run_deleted_in_mlflow_stays_deleted_until_there_is_news(results: Path) -> None:
    run = RunDirectory(results / "stability")
    run.create("")
    run.add(CELLS[:1])
    record(run, CELLS[0], until=200)
    Projector(run).project()
    client = MlflowClient(embedded_uri(results))
    client.delete_run(runs_by_name(run)["ring/wgan-gp r0"].info.run_id)
    assert Projector(run).project() == 0
    record(run, CELLS[0], until=500)
    Projector(run).project()
    assert len(history(run, "ring/wgan-gp r0", "eval/modes")) == 5


def test_more_seeds_make_a_new_run_for_the_cell(run: RunDirectory) -> None:
    Projector(run, summarise=summarise).project()
    more = make_cell("wgan-gp", replicas=4)
    run.add([more])
    record(run, more, first=3, last=3)
    Projector(run, summarise=summarise).project()
    assert rows(run.root.parent, "runs", "lifecycle_stage = 'active'") == RUNS + 1
    # medians of (1, 2, 3, 4), (2, 3, 4, 5), ...
    assert [value for _, value, _ in history(run, "ring/wgan-gp", "ring/modes")] == [2.5, 3.5, 4.5, 5.5, 6.5]


def test_a_damaged_cohort_hinders_no_other(run: RunDirectory) -> None:
    path = run.cohort(CELLS[1].id, 0, 2).path / "result.json"
    path.write_text("{}")
    with pytest.raises(UserError) as error:
        Projector(run).project()
    assert str(error.value) == f"{path}: damaged record: 'replicas' is not a list"
    assert rows(run.root.parent, "runs") == RUNS - 4


def test_a_damaged_cursor_says_that_it_may_go(run: RunDirectory) -> None:
    Projector(run).project()
    path = run.cohort(CELLS[0].id, 0, 2).path / "tracking.json"
    path.write_text(json.dumps({"embedded": {"offset": -1}}))
    with pytest.raises(UserError, match="the entry for embedded is not a cursor; deleting the file is safe"):
        Projector(run).project()


def test_no_password_reaches_the_cursor(run: RunDirectory) -> None:
    assert Projector(run, "https://me:secret@mlflow.example").server == "https://mlflow.example"


def test_a_wrong_uri_is_the_users_mistake(run: RunDirectory) -> None:
    with pytest.raises(UserError) as error:
        Projector(run, "mlruns")
    assert str(error.value) == (
        "tracking URI 'mlruns' is neither a server (http://host:5000) "
        "nor a database (sqlite:///path/mlflow.db, postgresql://host/name)"
    )


def test_a_cohort_that_ends_while_it_is_projected(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its replicas were seen running and the cell then finished: the next pass has to come back."""
    run = RunDirectory(results / "stability")
    run.create("name: stability\n")
    run.add(CELLS[:1])
    record(run, CELLS[0], until=300)

    def project_and_end(*arguments: Any) -> int:
        points = project_cohort(*arguments)
        if run.status(CELLS[0]).state != "done":
            record(run, CELLS[0])
        return points

    monkeypatch.setattr("gbench.tracking.projector.project_cohort", project_and_end)
    projector = Projector(run)
    projector.project()
    projector.project()
    assert {found.info.status for found in runs_by_name(run).values()} == {"FINISHED"}


def found(folder: Path, replicas: range) -> list[Event]:
    """What a probe and the error of sampling look like at the end of a journal."""
    Image.new("L", (30, 20), 9).save(folder / "samples" / "path-r00.png")
    rows = [[float(replica), replica / 10] for replica in replicas]
    norms = [None if replica == 1 else norm for replica, (norm, _) in zip(replicas, rows, strict=True)]
    files = {"path": {"0": "samples/path-r00.png"}}
    values, deviations = {"path-norm": norms}, {"modes": [error for _, error in rows]}
    time = START + 600
    return [
        ProbeFinding(step=500, time=time, probe="path-angle", values=values, tables={}, files=files),
        Sampling(step=500, time=time, repeats=2, values=deviations),
    ]


def test_probes_and_the_error_of_sampling(results: Path) -> None:
    run = RunDirectory(results / "stability")
    run.create("name: stability\n")
    run.add(CELLS[:1])
    record(run, CELLS[0], until=400)
    cohort = run.cohort(CELLS[0].id, 0, 2)
    with cohort.begin_attempt({}) as attempt:
        for event in found(cohort.path, cohort.replicas):
            attempt.append(event)
        attempt.commit(500, lambda path: path.write_bytes(b"state") and None)
    Projector(run).project()
    seeds = [runs_by_name(run)[f"ring/wgan-gp r{replica}"].data.metrics for replica in range(3)]
    assert [metrics.get("probe/path-norm") for metrics in seeds] == [0.0, None, 2.0]
    assert [metrics["sampling-error/modes"] for metrics in seeds] == [0.0, 0.1, 0.2]
    for name in ("ring/wgan-gp r0", "ring/wgan-gp"):
        folder = Path(runs_by_name(run)[name].info.artifact_uri.removeprefix("file://")) / "images"
        assert [path.name.partition("+timestamp")[0] for path in folder.glob("path+*.png")] == [
            "path+step+500"
        ]
