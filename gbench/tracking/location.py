"""Where the projection goes: a tracking URI, or the database that lies beside the runs."""

import os
import re
import sqlite3
from pathlib import Path

from gbench.errors import UserError

EMBEDDED = "embedded"  # the cursors' name for the database beside the runs, wherever that is moved
SCHEMES = ("http", "https", "sqlite", "postgresql", "mysql", "mssql", "databricks", "uc")


def database(results: Path) -> Path:
    """The embedded database of a folder of runs."""
    return results.resolve() / "mlflow.db"


def embedded_uri(results: Path) -> str:
    return f"sqlite:///{database(results)}"


def check_uri(uri: str) -> None:
    """Raise a UserError for what MLflow would not take as a tracking server."""
    scheme = uri.partition(":")[0].partition("+")[0]
    if scheme not in SCHEMES:
        raise UserError(
            f"tracking URI '{public_uri(uri)}' is neither a server (http://host:5000) "
            "nor a database (sqlite:///path/mlflow.db, postgresql://host/name)"
        )


def public_uri(uri: str) -> str:
    """`uri` without user, password and query, fit for messages and files.

    >>> public_uri("https://me:secret@mlflow.example:8443/team?token=1")
    'https://mlflow.example:8443/team'
    """
    return re.sub(r"(?<=://)[^/]*@", "", re.split(r"[?#]", uri, maxsplit=1)[0])


def prepare_database(uri: str) -> None:
    """Create an SQLite database that is not there yet, migrated and in WAL mode; other URIs pass.

    Two processes that migrate one fresh file break it, so it is made under another name and then linked:
    whoever comes second uses the first one's. WAL lets the UI read while the projection writes.
    """
    if not uri.startswith("sqlite:///"):
        return
    path = Path(uri.removeprefix("sqlite:///"))
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    _migrate(fresh)
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _migrate(path: Path) -> None:
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    store = SqlAlchemyStore(f"sqlite:///{path}", (path.parent / "artifacts").as_uri())
    store.engine.dispose()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
