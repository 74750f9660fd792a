"""Small recorded sweeps, and a tracking database that was migrated once for all tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gbench.record import RunDirectory
from gbench.tracking.location import database, embedded_uri, prepare_database
from tests.tracking.sweep import CELLS, record


def pytest_configure(config: pytest.Config) -> None:
    """MLflow's models use what SQLAlchemy 2.1 will drop; it is theirs to mend."""
    message = "ignore:The ``noload`` loader strategy is deprecated:DeprecationWarning"
    config.addinivalue_line("filterwarnings", message)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow puts artifacts into `mlruns` here for a database that names no folder of its own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    prepare_database(embedded_uri(folder))
    return database(folder)


@pytest.fixture
def results(tmp_path: Path, template: Path) -> Iterator[Path]:
    """A results folder whose database is there already; its connections are closed afterwards."""
    shutil.copy(template, database(tmp_path))
    yield tmp_path
    close_connections(tmp_path)


@pytest.fixture
def run(results: Path) -> RunDirectory:
    """Two techniques, finished, one of them with a diverged replica."""
    run = RunDirectory(results / "stability")
    run.create("name: stability\nsummary: Which techniques train stably?\n")
    run.add(CELLS)
    for cell in CELLS:
        record(run, cell)
    return run


def close_connections(results: Path) -> None:
    from mlflow import MlflowClient

    store = MlflowClient(embedded_uri(results))._tracking_client.store
    store.engine.dispose()
