"""The command line run in this process, as a black box."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from gbench.cli import main

SUITE = """\
name: stability
seeds: 4
budget: {steps: 100, batch_size: 16, measurements: 5}
datasets: [ring]
metrics: [modes]
techniques: [wgan-gp]
grid: {optimizer.lr: [1e-4, 1e-3]}
"""


class Answer(NamedTuple):
    """What a run printed, and how it ended."""

    out: str
    err: str
    code: int


Run = Callable[..., Answer]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("plan", "suite.yaml")` in an empty folder that holds `suite.yaml`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    Path("suite.yaml").write_text(SUITE)

    def run(*arguments: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["gbench", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return Answer(*capsys.readouterr(), code=int(ended.value.code or 0))

    return run
