"""Points that are put into the database at once are those that MLflow's own interface would have put there."""

import sqlite3
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Metric

from gbench.tracking.bulk import insert_points, sqlite_store
from gbench.tracking.location import database, embedded_uri

POINTS = [
    Metric("eval/modes", 3.0, 1_001, 10),
    Metric("eval/modes", 9.0, 1_002, 20),
    Metric("eval/modes", 9.0, 1_002, 20),  # twice in one batch
    Metric("eval/modes", 7.0, 1_002, 20),  # of two values at one step and time the larger is the latest
    Metric("train/loss", -0.5, 1_003, 5),
    Metric("train/loss", 0.5, 1_003, 4),  # an older step that comes later
]
LATER = [Metric("eval/modes", 1.0, 1_000, 30), Metric("train/loss", 8.0, 9_999, 1), POINTS[0]]


def contents(results: Path, run_id: str) -> list[list[Any]]:
    """All that both tables say of a run."""
    connection = sqlite3.connect(database(results))
    try:
        columns = "key, value, timestamp, step, is_nan"
        return [
            sorted(connection.execute(f"SELECT {columns} FROM {table} WHERE run_uuid = ?", (run_id,)))
            for table in ("metrics", "latest_metrics")
        ]
    finally:
        connection.close()


def test_it_leaves_what_mlflow_leaves(results: Path) -> None:
    client = MlflowClient(embedded_uri(results))
    store = sqlite_store(client)
    assert store is not None
    experiment = client.create_experiment("stability")
    own, theirs = (client.create_run(experiment).info.run_id for _ in range(2))
    for batch in (POINTS, LATER, []):
        insert_points(store, own, batch)
        client.log_batch(theirs, metrics=batch)
    assert contents(results, own) == contents(results, theirs)
    assert client.get_run(own).data.metrics == {"eval/modes": 1.0, "train/loss": -0.5}


def test_a_server_is_told_by_mlflows_interface() -> None:
    assert sqlite_store(MlflowClient("http://127.0.0.1:9")) is None
