"""What workers share: fitted metrics within a process, and what was derived from real data between them."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from gbench.evaluation.evaluator import Evaluator
from gbench.record import RunDirectory
from gbench.suite.cell import Cell
from gbench.worker import train as worker
from gbench.worker.train import measuring, prepare, train
from gbench_metrics import frechet_distance
from tests.sweep.small import make_cells, make_run, numbers

CPU = torch.device("cpu")
METRICS = [{"use": "frechet-distance", "samples": 64}, {"use": "optimal-transport", "samples": 64}]


@pytest.fixture(autouse=True)
def _first_cell_of_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_latest", {})


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of how many real samples moments were computed, each time."""
    asked: list[int] = []
    real_side = frechet_distance.real_side

    def counting(real: torch.Tensor) -> dict[str, torch.Tensor]:
        asked.append(len(real))
        return real_side(real)

    monkeypatch.setattr(frechet_distance, "real_side", counting)
    return asked


def sweep(folder: Path, datasets: list[str]) -> tuple[RunDirectory, list[Cell]]:
    """Two techniques on each data set."""
    models = {name: {"use": "mlp", "width": 8} for name in datasets}
    techniques = ["non-saturating", "wgan-gp"]
    cells = make_cells(folder, datasets=datasets, metrics=METRICS, techniques=techniques, models=models)
    return make_run(folder / "run", cells), cells


def finish(run: RunDirectory, cell: Cell) -> None:
    for _ in train({"run": str(run.root), "cell": cell.to_json(), "first": 0, "last": 2}):
        pass


def test_cells_of_one_data_set_share_fitted_metrics(tmp_path: Path, computed: list[int]) -> None:
    run, (first, second, *others) = sweep(tmp_path, ["ring", "grid"])
    fitted = measuring(first.recipe, CPU, run)
    assert measuring(second.recipe, CPU, run) is fitted
    assert len(computed) == 1
    assert measuring(others[0].recipe, CPU, run) is not fitted
    assert measuring(others[1].recipe, CPU, run).data.density is not None
    assert len(computed) == 2
    assert len(worker._latest) == 1


def test_another_run_directory_or_metric_is_fitted_anew(tmp_path: Path) -> None:
    run, [cell, _] = sweep(tmp_path, ["ring"])
    fitted = measuring(cell.recipe, CPU, run)
    assert measuring(cell.recipe, CPU, RunDirectory(tmp_path / "other")) is not fitted
    fitted = measuring(cell.recipe, CPU, run)
    assert measuring(replace(cell.recipe, metrics=cell.recipe.metrics[:1]), CPU, run) is not fitted


def test_a_worker_finds_what_another_has_prepared(
    tmp_path: Path, computed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, [cell, _] = sweep(tmp_path, ["ring"])
    list(prepare({"run": str(run.root), "cell": cell.to_json()}))
    assert len(computed) == 1
    kept = [path.name.split("-")[0] for path in (run.root / "prepared").iterdir()]
    assert kept == ["FrechetDistance"]
    monkeypatch.setattr(worker, "_latest", {})
    finish(run, cell)
    assert len(computed) == 1


def test_numbers_do_not_depend_on_who_prepared_what(
    tmp_path: Path, computed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fitted anew, found in the folder, shared within the process, and with what was kept damaged."""
    results = []
    for way in ("alone", "after another"):
        (tmp_path / way).mkdir()
        run, cells = sweep(tmp_path / way, ["ring"])
        for cell in cells[-1:] if way == "alone" else cells:
            finish(run, cell)
        results.append(numbers(run.cohort(cells[-1].id, 0, 2)))
    monkeypatch.setattr(worker, "_latest", {})
    run, cells = sweep(tmp_path, ["ring"])
    list(prepare({"run": str(run.root), "cell": cells[-1].to_json()}))
    monkeypatch.setattr(worker, "_latest", {})
    [kept] = (run.root / "prepared").iterdir()
    kept.write_bytes(kept.read_bytes()[:-1])
    finish(run, cells[-1])
    results.append(numbers(run.cohort(cells[-1].id, 0, 2)))
    assert results[0] == results[1] == results[2]
    assert len(computed) == 4


def test_metrics_that_cannot_be_fitted_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, [cell, _] = sweep(tmp_path, ["ring"])

    def broken(self: Evaluator, folder: Path) -> Evaluator:
        raise ValueError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(Evaluator, "fit", broken)
        with pytest.raises(ValueError, match="broken"):
            measuring(cell.recipe, CPU, run)
    assert measuring(cell.recipe, CPU, run).num_samples == 64
