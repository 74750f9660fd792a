"""Points straight into an SQLite database of MLflow, a whole run's in one statement.

MLflow's own `log_batch` makes an object of every point and asks the database about it: nine tenths of the time
of a projection. What is written here is what it writes: a row of `metrics` for each point that is not there,
and in `latest_metrics` the last point of each curve. Other servers are told through MLflow's interface.
"""

from collections.abc import Sequence
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Metric
from mlflow.store.tracking.dbmodels.models import SqlLatestMetric, SqlMetric
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
from sqlalchemy import tuple_
from sqlalchemy.dialects.sqlite import insert

ORDER = ("step", "timestamp", "value")  # by which MLflow says what is latest


def sqlite_store(client: MlflowClient) -> SqlAlchemyStore | None:
    """The client's store, where that is an SQLite database that this process opens by itself."""
    store = client._tracking_client.store
    return store if isinstance(store, SqlAlchemyStore) and store.engine.dialect.name == "sqlite" else None


def insert_points(store: SqlAlchemyStore, run_id: str, points: Sequence[Metric]) -> None:
    """Add finite points to a run; those that are there already are left as they are."""
    rows = [_row(run_id, point) for point in points]
    if not rows:
        return
    latest: dict[str, dict[str, Any]] = {}
    for row in rows:
        former = latest.setdefault(row["key"], row)
        if _place(row) > _place(former):
            latest[row["key"]] = row
    with store.engine.begin() as connection:
        connection.execute(insert(SqlMetric.__table__).on_conflict_do_nothing(), rows)
        connection.execute(_replace_older(), list(latest.values()))


def _row(run_id: str, point: Metric) -> dict[str, Any]:
    return {
        "run_uuid": run_id,
        "key": point.key,
        "value": point.value,
        "timestamp": point.timestamp,
        "step": point.step,
        "is_nan": False,
    }


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ORDER)


def _replace_older() -> Any:
    """The statement that inserts a curve's last point, or puts it in the place of an older one."""
    table = SqlLatestMetric.__table__
    statement = insert(table)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["key", "run_uuid"],
        set_={name: new[name] for name in (*ORDER, "is_nan")},
        where=tuple_(*(new[name] for name in ORDER)) > tuple_(*(table.c[name] for name in ORDER)),
    )
