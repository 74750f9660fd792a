import socket
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from gbench.errors import UserError
from gbench.record import RunDirectory
from gbench.tracking import ui
from gbench.tracking.projector import Projector


def test_nothing_to_show_yet(tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        ui.open_ui(tmp_path)
    assert str(error.value) == f"{tmp_path}/mlflow.db: no tracking database yet; `gbench run SUITE` makes one"


def test_without_the_full_mlflow(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(ui, "distribution", missing)
    with pytest.raises(UserError) as error:
        ui.open_ui(results)
    assert str(error.value) == "the pages come with the full MLflow: pip install 'gbench[ui]'"


def test_a_taken_port(results: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UserError) as error:
            ui.open_ui(results, port)
    assert str(error.value) == f"port {port} is taken; leave it out to get a free one"


def test_another_port_where_the_usual_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setattr(ui, "USUAL_PORT", other.getsockname()[1])
        port = ui.free_port()
        assert port != ui.USUAL_PORT
        assert ui.is_free(port)


def test_only_this_machine_is_served(tmp_path: Path) -> None:
    command = ui.command(tmp_path, 5001)
    assert command[1:4] == ["-m", "mlflow", "server"]
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert command[command.index("--workers") + 1] == "1"
    assert command[command.index("--backend-store-uri") + 1] == f"sqlite:///{tmp_path}/mlflow.db"


def test_the_links(run: RunDirectory) -> None:
    Projector(run).project()
    assert ui.saved_views(run.root.parent, "http://127.0.0.1:5000") == [
        "stability: http://127.0.0.1:5000/#/experiments/1/runs"
        "?viewStateShareKey=gbench&compareRunsMode=CHART&workflowType=machine_learning"
    ]
