"""`gbench run` in this process: mistakes, the one driver, a tracking server that is lost."""

import os
import re
from pathlib import Path
from typing import Self

import pytest

from gbench.record import RunDirectory
from gbench.tracking.outage import TrackingLost
from tests.sweep.small import all_numbers

from .conftest import Answer, Run

INLINE = ("--executor", "inline", "--tracking", "none")

SUITE = """\
name: small
seeds: 2
budget: {steps: 40, batch_size: 8, measurements: 4}
datasets: [ring]
metrics: [{use: modes, samples: 64}]
techniques:
  - non-saturating
  - {use: wgan-gp, label: weak, regularizers.gradient-penalty.weight: 0.1}
models:
  ring: {use: mlp, width: 8}
"""

# What is written instead of what, and the error.
IN_THE_SUITE = [
    ("seeds:", "seds:", "2: unknown key 'seds' of a suite; did you mean 'seeds'?"),
    ("seeds: 2", "seeds: 2.5", "2: 'seeds' must be a whole number, not 2.5"),
    ("seeds: 2", "seeds: yes", "2: 'seeds' must be a whole number, not 'yes'"),
    ("seeds: 2", "name: other", "2: duplicate key 'name', first on line 1"),
    ("seeds: 2", "seeds: [2", "3: not YAML: did not find expected ',' or ']'"),
    (
        "seeds: 2",
        "seeds: !!python/object:os.system 2",
        "2: tag tag:yaml.org,2002:python/object:os.system is not allowed",
    ),
    ("name: small", "name: Small!", "1: 'name' must be small letters, digits and hyphens, not 'Small!'"),
    ("steps: 40", "steps: 3", "3: 'budget' can have at most one measurement a step"),
    (
        "measurements: 4",
        "mesurements: 4",
        "3: unknown key 'mesurements' of 'budget'; did you mean 'measurements'?",
    ),
    pytest.param(
        "steps: 40",
        "stepps: 40",
        "3: unknown key 'stepps' of 'budget'; did you mean 'steps'?",
    ),
    ("[ring]", "[rnig]", "4: unknown dataset 'rnig'; did you mean 'ring'?"),
    ("[ring]", "[]", "4: 'datasets' must be a list that is not empty, not []"),
    ("use: modes", "use: mods", "5: unknown metric 'mods'; did you mean 'modes'?"),
    ("samples: 64", "sample: 64", "5: metric modes has no option 'sample'; did you mean 'samples'?"),
    ("samples: 64", "samples: 0", "5: option 'samples' of metric modes must be >= 1, not 0"),
    ("- non-sat", "- nonsat", "7: unknown technique 'nonsaturating'; did you mean 'non-saturating'?"),
    (
        "label: weak",
        "label: non-saturating",
        "8: technique 'non-saturating' appears twice; give one a `label`",
    ),
    (
        "penalty.weight: 0.1",
        "penalty.wait: 0.1",
        "8: regularizer gradient-penalty has no option 'wait'; did you mean 'weight'?",
    ),
    (
        "weight: 0.1",
        "weight: -1",
        "8: option 'weight' of regularizer gradient-penalty must be >= 0, not -1",
    ),
    (
        "gradient-penalty.weight",
        "gradent-penalty.weight",
        "8: the technique has no regularizer 'gradent-penalty'; did you mean 'gradient-penalty'?",
    ),
    (
        "regularizers.gradient-penalty.weight: 0.1",
        "lss: hinge",
        "8: unknown key 'lss' of a technique; did you mean 'loss'?",
    ),
    (
        "regularizers.gradient-penalty.weight: 0.1",
        "optimizer.lr: fast",
        "8: option 'lr' of optimizer adam must be float, not 'fast'",
    ),
    (
        "use: mlp",
        "use: dcgan",
        "10: technique non-saturating: model dcgan makes image, but data set ring is vector, density",
    ),
    ("  ring: {use", "  rin: {use", "10: 'models' names an unknown data set 'rin'; did you mean 'ring'?"),
]

IN_THE_COMMAND = [
    (("smal.yaml",), "smal.yaml: cannot be read: No such file or directory"),
    ((".",), ".: cannot be read: Is a directory"),
    (("small.yaml", "--set", "seeds"), "--set seeds: must be PATH=VALUE, as budget.steps=100"),
    (("small.yaml", "--set", "seeds=0"), "--set seeds=0: 'seeds' must be >= 1, not 0"),
    (
        ("small.yaml", "--set", "budget.stps=7"),
        "--set budget.stps=7: unknown key 'stps' of 'budget'; did you mean 'steps'?",
    ),
    (
        ("small.yaml", "--set", "techniques.weka.ema=0.9"),
        "--set techniques.weka.ema=0.9: no entry 'weka'; did you mean 'weak'?",
    ),
    (
        ("small.yaml", "--set", "techniques.weak.optimizer.lrr=1"),
        "--set techniques.weak.optimizer.lrr=1: optimizer adam has no option 'lrr'; did you mean 'lr'?",
    ),
    (
        ("small.yaml", "--set", "budget.steps=[1"),
        "--set budget.steps=[1: not YAML: did not find expected ',' or ']'",
    ),
    (
        ("small.yaml", "--tracking", "htp://me:secret@host:5000"),
        "tracking URI 'htp://host:5000' is neither a server (http://host:5000) "
        "nor a database (sqlite:///path/mlflow.db, postgresql://host/name)",
    ),
]

OPTIONS = [
    ((), "Missing argument 'SUITE'."),
    (("small.yaml", "other.yaml"), "Got unexpected extra argument(s) (other.yaml)"),
    (("small.yaml", "--workers", "0"), "Invalid value for '--workers'"),
    (("small.yaml", "--workers", "two"), "Invalid value for '--workers'"),
    (("small.yaml", "--executor", "inlin"), "Invalid value for '--executor'"),
    (("small.yaml", "--tracking-grace", "-1"), "Invalid value for '--tracking-grace'"),
    (("small.yaml", "--result", "there"), "No such option: --result"),
]


@pytest.fixture(autouse=True)
def suite(run: Run) -> Path:
    path = Path("small.yaml")
    path.write_text(SUITE)
    return path


def mistake(answer: Answer) -> str:
    """What follows `error: ` on the one line, after which there is no folder of results."""
    assert (answer.code, answer.out) == (2, ""), answer
    [line] = answer.err.splitlines()
    assert line.startswith("error: ")
    assert not Path("results").exists()
    return line.removeprefix("error: ")


@pytest.mark.parametrize(("former", "latter", "message"), IN_THE_SUITE)
def test_a_mistake_in_the_suite(run: Run, suite: Path, former: str, latter: str, message: str) -> None:
    assert former in SUITE
    suite.write_text(SUITE.replace(former, latter, 1))
    assert mistake(run("run", "small.yaml", *INLINE)) == f"small.yaml:{message}"


@pytest.mark.parametrize(("arguments", "message"), IN_THE_COMMAND)
def test_a_mistake_in_the_command(run: Run, arguments: tuple[str, ...], message: str) -> None:
    assert mistake(run("run", *arguments)) == message


@pytest.mark.parametrize(("arguments", "message"), OPTIONS)
def test_a_mistake_in_an_option(run: Run, arguments: tuple[str, ...], message: str) -> None:
    assert mistake(run("run", *arguments)).startswith(message)


def test_results_below_a_file(run: Run) -> None:
    answer = run("run", "small.yaml", *INLINE, "--results", "suite.yaml")
    assert mistake(answer) == "suite.yaml/small: cannot write there: Not a directory"


def test_results_where_nobody_may_write(run: Run) -> None:
    Path("sealed").mkdir(mode=0o555)
    sealed = "sealed" if os.geteuid() else "/sys"  # root may write anywhere but there
    answer = run("run", "small.yaml", *INLINE, "--results", sealed)
    assert mistake(answer).startswith(f"{sealed}/small: cannot write there: ")


def test_a_cell_that_cannot_be_trained(run: Run, suite: Path) -> None:
    suite.write_text(SUITE.replace("width: 8", "latents: 4611686018427387904"))
    message = mistake(run("run", "small.yaml", *INLINE))
    assert message.startswith("small.yaml:7: ring/non-saturating cannot be trained: RuntimeError: ")


def test_there_is_one_driver(run: Run) -> None:
    with RunDirectory(Path("results/small")).lock():
        answer = run("run", "small.yaml", *INLINE)
    assert (answer.code, answer.out) == (2, "")
    assert re.fullmatch(
        rf"error: results/small/lock: process {os.getpid()} on \S+ is running this suite already\n",
        answer.err,
    )


class Server:
    """A projection to a server that dies after a while. left: how many looks away that is."""

    left = 3

    def __init__(
        self, run: RunDirectory, uri: str | None, summarise: object, publish: object, *, grace: float
    ):
        assert (uri, grace) == ("http://host:5000", 2.5)

    def start(self) -> Self:
        return self

    def lost(self) -> Exception | None:
        self.left -= 1
        return TrackingLost("tracking server http://host:5000 cannot be reached") if self.left < 0 else None

    def close(self) -> None:
        pass


@pytest.fixture
def _server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gbench.tracking.background.Projection", Server)


TRACKED = ("--executor", "inline", "--tracking", "http://host:5000", "--tracking-grace", "2.5")


@pytest.mark.usefixtures("_server")
def test_training_stops_where_the_tracking_server_is_lost_and_goes_on_without(run: Run) -> None:
    answer = run("run", "small.yaml", *TRACKED)
    assert answer.code == 1
    assert answer.err.splitlines()[-1] == (
        "stopped: tracking server http://host:5000 cannot be reached; nothing that was recorded is lost, "
        "4 replicas are missing. The same command goes on: gbench run small.yaml " + " ".join(TRACKED)
    )
    assert answer.err.count("cannot be reached") == 1
    assert run("run", "small.yaml", *INLINE).code == 0
    assert run("run", "small.yaml", *INLINE, "--results", "whole").code == 0
    assert all_numbers(RunDirectory(Path("results/small"))) == all_numbers(RunDirectory(Path("whole/small")))
