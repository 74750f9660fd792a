"""A real MLflow server that dies while a suite trains."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.black_box import Gbench, train_in_one_go, wait_for
from tests.sweep.small import all_numbers, write_suite

pytestmark = pytest.mark.heavy

CHANGES: dict[str, Any] = {"budget": {"steps": 12_000, "batch_size": 8, "measurements": 120}}


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(address: str) -> bool:
    try:
        return urllib.request.urlopen(f"{address}/health", timeout=5).status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture
def server(tmp_path: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    """An MLflow server on `port` with its database in `mlflow.db`."""
    folder = tmp_path / "server"
    folder.mkdir()
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)]
    store = ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--workers", "1"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, *store], cwd=folder, stdout=log, stderr=log, text=True, start_new_session=True
        )
    wait_for(lambda: answers(f"http://127.0.0.1:{port}"), process)
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def points(folder: Path) -> int:
    """How many points the server's database holds; 0 before it has a table for them."""
    connection = sqlite3.connect(folder / "server" / "mlflow.db", timeout=10)
    try:
        return int(connection.execute("SELECT count(*) FROM metrics").fetchone()[0])
    finally:
        connection.close()


def test_training_stops_nothing_is_lost_and_it_goes_on_without(
    gbench: Gbench, tmp_path: Path, server: "subprocess.Popen[str]", port: int
) -> None:
    write_suite(tmp_path, **CHANGES)
    address = f"http://127.0.0.1:{port}"
    command = ("run", "suite.yaml", "--executor", "inline")
    process = gbench.start(*command, "--tracking", address, "--tracking-grace", "2")
    wait_for(lambda: points(tmp_path) > 0, process)
    os.killpg(server.pid, signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1, err
    assert "Traceback" not in err + out
    last = err.splitlines()[-1]
    assert last.startswith(f"stopped: tracking server {address} cannot be reached (")
    assert "once it is back, run `gbench sync results/small`" in last
    assert "3 replicas are missing" in last
    assert err.count("cannot be reached") == 1

    done = gbench(*command, "--tracking", "none")
    assert done.returncode == 0, done.stderr
    assert all_numbers(gbench.run) == train_in_one_go(tmp_path / "whole", **CHANGES)
