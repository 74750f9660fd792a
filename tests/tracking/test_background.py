import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gbench.errors import UserError
from gbench.record import RunDirectory
from gbench.tracking import background
from gbench.tracking.background import Projection
from gbench.tracking.outage import TrackingLost
from gbench.tracking.sync import sync
from tests.tracking.sweep import CELLS, record, rows


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def dead_server() -> str:
    """The address of a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://me:secret@127.0.0.1:{probe.getsockname()[1]}"


def test_what_is_recorded_while_it_runs_arrives(results: Path) -> None:
    run = RunDirectory(results / "stability")
    run.create("")
    run.add(CELLS)
    projection = Projection(run, interval=0.05).start()
    record(run, CELLS[0])
    wait_for(lambda: rows(results, "runs") >= 4)
    record(run, CELLS[1])
    projection.close()
    assert projection.lost() is None
    assert rows(results, "runs", "status = 'FINISHED'") == 9


def test_a_server_that_is_gone(run: RunDirectory, dead_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setattr(background, "PAUSE", 0.05)
    projection = Projection(run, dead_server, grace=0.2).start()
    assert projection.lost() is None
    wait_for(lambda: projection.lost() is not None)
    projection.close()
    message = str(projection.lost())
    shown = dead_server.replace("me:secret@", "")
    assert message.startswith(f"tracking server {shown} cannot be reached (")
    assert message.endswith(f"nothing recorded is lost: once it is back, run `gbench sync {run.root}`")
    assert "secret" not in message


def test_a_server_that_comes_back(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "PAUSE", 0.02)
    down = True

    class Flaky:
        uri = "http://host"

        def __init__(self, *arguments: object) -> None:
            pass

        def project(self) -> int:
            if down:
                raise ConnectionError("refused")
            return 0

    monkeypatch.setattr("gbench.tracking.projector.Projector", Flaky)
    projection = Projection(run, interval=0.02, grace=0.1).start()
    wait_for(lambda: isinstance(projection.lost(), TrackingLost))
    down = False
    wait_for(lambda: projection.lost() is None)
    projection.close()


def test_a_damaged_record_is_reported(run: RunDirectory) -> None:
    (run.cohort(CELLS[0].id, 0, 2).path / "result.json").write_text("?")
    projection = Projection(run, interval=0.05).start()
    projection.close()
    assert isinstance(projection.lost(), UserError)


def test_a_mistake_of_ours_is_raised_where_the_driver_closes(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: object) -> int:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("gbench.tracking.projector.Projector.project", fail)
    projection = Projection(run).start()
    with pytest.raises(ZeroDivisionError, match="a bug"):
        projection.close()


def test_sync(run: RunDirectory) -> None:
    uri = f"sqlite:///{run.root.parent}/mlflow.db"
    assert sync(run.root) == f"2 cells, 137 new points -> {uri}"
    assert sync(run.root) == f"2 cells, 0 new points -> {uri}"


def test_sync_with_a_dead_server(
    run: RunDirectory, dead_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(TrackingLost, match="nothing recorded is lost") as error:
        sync(run.root, dead_server)
    assert "secret" not in str(error.value)
    assert error.value.__suppress_context__


def test_sync_without_a_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no run here; `gbench run SUITE` makes one"):
        sync(tmp_path)
