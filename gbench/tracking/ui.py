"""`gbench ui`: MLflow's pages on this machine, with the link that opens the saved view."""

import os
import signal
import socket
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from gbench.errors import UserError
from gbench.tracking.location import database, embedded_uri

HOST = "127.0.0.1"
USUAL_PORT = 5000
START_TIME = 120.0  # seconds; ten are usual


def open_ui(results: Path, port: int | None = None) -> None:
    """Serve the embedded database of the folder `results` until Ctrl-C.

    `port` is 5000 or, if that is taken, any free one. Raises UserError where there is nothing to show, the
    full MLflow is not installed, or the port asked for is taken.
    """
    check_ready(results)
    port = free_port() if port is None else port
    if not is_free(port):
        raise UserError(f"port {port} is taken; leave it out to get a free one")
    links = saved_views(results, f"http://{HOST}:{port}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # leave no server behind
    server = subprocess.Popen(command(results, port), cwd=results, env=os.environ.copy())
    try:
        wait_until_up(server, port)
        print("\n".join(links), "Ctrl-C ends it.", sep="\n", flush=True)
        server.wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.terminate()
        server.wait()


def check_ready(results: Path) -> None:
    """Raise a UserError unless there is a database and the program to show it."""
    try:
        distribution("mlflow")
    except PackageNotFoundError:
        raise UserError("the pages come with the full MLflow: pip install 'gbench[ui]'") from None
    if not database(results).is_file():
        raise UserError("no tracking database yet; `gbench run SUITE` makes one", str(database(results)))


def command(results: Path, port: int) -> list[str]:
    """MLflow's server for this machine alone, in one worker."""
    address = ["--host", HOST, "--port", str(port), "--workers", "1", "--uvicorn-opts=--log-level=warning"]
    return [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", embedded_uri(results), *address]


def saved_views(results: Path, server: str) -> list[str]:
    """A line for each suite: its name and the address of its view."""
    from mlflow import MlflowClient

    from gbench.tracking.view import TAG_PREFIX, TECHNIQUES, view_link

    experiments = MlflowClient(embedded_uri(results)).search_experiments()
    return [
        f"{experiment.name}: {view_link(server, experiment.experiment_id)}"
        for experiment in experiments
        if TAG_PREFIX + TECHNIQUES in experiment.tags
    ]


def free_port() -> int:
    """5000 where it is free, else one that the system picks."""
    if is_free(USUAL_PORT):
        return USUAL_PORT
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def wait_until_up(server: "subprocess.Popen[bytes]", port: int) -> None:
    """Return when the server answers; RuntimeError where it ends before, or takes two minutes."""
    deadline = time.monotonic() + START_TIME
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urlopen(f"http://{HOST}:{port}/health", timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.3)
        else:
            return
    raise RuntimeError(f"MLflow's server did not start (exit code {server.poll()})")
