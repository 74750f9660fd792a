import sqlite3
from pathlib import Path

import pytest

from gbench.tracking import location
from gbench.tracking.location import database, embedded_uri, prepare_database, public_uri


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("http://host:5000", "http://host:5000"),
        ("https://me:p@ss@host/team?token=1#x", "https://host/team"),
        ("postgresql://u:secret@db:5432/mlflow", "postgresql://db:5432/mlflow"),
        ("sqlite:////data/mlflow.db", "sqlite:////data/mlflow.db"),
        ("sqlite:////data/a@b.db", "sqlite:////data/a@b.db"),
        ("databricks", "databricks"),
    ],
)
def test_credentials_are_not_shown(uri: str, shown: str) -> None:
    assert public_uri(uri) == shown


def test_the_database_is_in_wal_mode(template: Path) -> None:
    connection = sqlite3.connect(template)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_who_comes_second_uses_the_first_ones_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def migrate(path: Path) -> None:
        path.write_text(path.name)

    monkeypatch.setattr(location, "_migrate", migrate)
    prepare_database(embedded_uri(tmp_path))
    first = database(tmp_path).read_text()
    monkeypatch.setattr(Path, "exists", lambda path: False)  # as the second saw it before the first was done
    prepare_database(embedded_uri(tmp_path))
    assert database(tmp_path).read_text() == first
    assert [path.name for path in tmp_path.iterdir()] == ["mlflow.db"]


def test_a_server_needs_no_database(tmp_path: Path) -> None:
    prepare_database("http://host:5000")
    assert list(tmp_path.iterdir()) == []
