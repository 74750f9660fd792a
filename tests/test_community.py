"""What the repository says of itself agrees with what it is: versions, linters, the map of the tests."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import gbench

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CLASSIFIERS: list[str] = PROJECT["project"]["classifiers"]
WORKFLOW = ".github/workflows/ci.yml"


def read(name: str) -> Any:
    """A YAML file of the repository."""
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def pythons() -> list[str]:
    """The minor versions of the classifiers, as text: `3.11`."""
    return [found[1] for line in CLASSIFIERS if (found := re.fullmatch(r".*:: (3\.\d+)", line))]


def recipe(target: str) -> list[str]:
    """The commands of a target of the Makefile, with the environment that they run in."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert found, target
    return [line.strip().replace("$(BIN)", ".venv/bin") for line in found[1].splitlines()]


@pytest.mark.parametrize("package", ["gbench", *PROJECT["project"]["entry-points"]["gbench"].values()])
def test_a_package_of_the_wheel_is_typed(package: str) -> None:
    folders = [Path(folder) for folder in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]]
    (folder,) = [folder for folder in folders if folder.name == package]
    assert (ROOT / folder / "py.typed").read_bytes() == b""


def test_the_citation_is_of_this_version() -> None:
    citation = read("CITATION.cff")
    assert citation["version"] == gbench.__version__
    assert citation["license"] == PROJECT["project"]["license"]
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["cff-version"] == "1.2.0"
    assert citation["authors"] == [{"name": "The gbench authors"}]


def test_the_oldest_python_is_the_one_that_is_required_and_checked() -> None:
    assert PROJECT["project"]["requires-python"] == f">={pythons()[0]}"
    assert PROJECT["tool"]["mypy"]["python_version"] == pythons()[0]


def test_hosted_ci_runs_what_ci_runs_on_every_python_of_the_classifiers() -> None:
    job = read(WORKFLOW)["jobs"]["ci"]
    assert job["strategy"]["matrix"]["python"] == pythons()
    assert [step["run"] for step in job["steps"] if "run" in step] == ["bash .ci/run"]
    assert (ROOT / ".ci/run").read_text(encoding="utf-8").endswith("\nmake test\nmake lint\n")


def test_hosted_ci_pins_its_actions_and_may_only_read() -> None:
    workflow = read(WORKFLOW)
    actions = [step["uses"] for step in workflow["jobs"]["ci"]["steps"] if "uses" in step]
    assert actions
    assert [action for action in actions if not re.fullmatch(r"actions/[\w-]+@v\d+", action)] == []
    assert workflow["permissions"] == {"contents": "read"}


def test_the_hooks_before_a_commit_are_the_linters_of_ci() -> None:
    (repository,) = read(".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    assert [hook["entry"] for hook in repository["hooks"]] == recipe("lint")
    assert {(hook["language"], hook["pass_filenames"]) for hook in repository["hooks"]} == {("system", False)}


@pytest.mark.parametrize("tool", ["codespell", "coverage", "mypy", "pytest", "pytest-timeout", "ruff"])
def test_a_tool_of_ci_is_pinned_and_asked_for(tool: str) -> None:
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    extras = PROJECT["project"]["optional-dependencies"]
    assert re.search(rf"^{tool}==", constraints, re.MULTILINE)
    assert [line for line in [*extras["dev"], *extras["test"]] if line.startswith(f"{tool}>=")]


def test_the_map_of_the_tests_is_complete() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Which tests")[2]
    told = set(re.findall(r"`(tests/\w+)`", text.partition("\n## ")[0]))
    assert told == {f"tests/{path.parent.name}" for path in (ROOT / "tests").glob("*/test_*.py")}


def test_the_time_limits_are_the_ones_that_are_told(request: pytest.FixtureRequest) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert request.config.getini("timeout") == "300"
    assert "A test has 300 seconds, a heavy one 1,800" in text


@pytest.mark.heavy
def test_a_heavy_test_has_half_an_hour(request: pytest.FixtureRequest) -> None:
    (limit,) = request.node.iter_markers("timeout")
    assert limit.args == (1800,)
