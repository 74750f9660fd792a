"""What the pages say, done: suites load, examples run, commands and links exist."""

import ast
import contextlib
import io
import re
import runpy
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

from gbench.cli import main
from gbench.cli.app import VERBS, app
from gbench.errors import ExitCode
from gbench.plugins import load_registry
from gbench.statistics.summary import summarise
from gbench.suite import load_suite
from gbench.suite.cell import Cell
from gbench.suite.optimizers import OPTIMIZERS
from gbench.suite.schema import Budget, Resources, SuiteShape
from gbench.testing import conformance_cases

from .pages import LINK, PAGES, ROOT, Block, all_blocks, anchors, blocks, commands, prose, table

SUITES, PLUGINS, RESULTS = (ROOT / "docs" / f"{name}.md" for name in ("suites", "plugins", "results"))
LABELS = {
    "sh",
    "toml",
    "yaml",
    "yaml suite",
    "yaml fragment",
    "python",
    "python fragment",
    "python run",
    "json",
}

BASE = """\
name: base
budget: {steps: 100}
datasets: [ring, digits]
metrics: [modes, {use: frechet-distance, features: classifier}]
techniques: [non-saturating, wgan-gp]
"""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_says_what_it_is(page: Path) -> None:
    assert {block.label for block in blocks(page)} <= LABELS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        file, _, anchor = link.partition("#")
        target = (page.parent / file) if file else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_name_verbs_and_options_that_exist(page: Path) -> None:
    group: Any = typer.main.get_command(app)
    for command in commands(page):
        _, verb, *words = shlex.split(command)
        known = ["--help", "--version"]
        if not verb.startswith("-"):
            assert verb in VERBS, command
            parameters = group.get_command(None, verb).params
            known += [name for parameter in parameters for name in parameter.opts]
        assert {word for word in [verb, *words] if word.startswith("--")} <= set(known), command


# Suites


@pytest.mark.parametrize("block", all_blocks("yaml suite"), ids=str)
def test_suites_load(block: Block, acme: Path, tmp_path: Path) -> None:
    suite = tmp_path / "suite.yaml"
    suite.write_text(block.text)
    assert load_suite(suite).cells()


@pytest.mark.parametrize("block", all_blocks("yaml fragment"), ids=str)
def test_fragments_fit_into_a_suite(block: Block, tmp_path: Path) -> None:
    """Each key of the fragment replaces that of a plain suite."""
    keys = re.findall(r"^(\w+):", block.text, re.MULTILINE)
    kept = [line for line in BASE.splitlines() if line.partition(":")[0] not in keys]
    suite = tmp_path / "suite.yaml"
    suite.write_text("\n".join([*kept, block.text]))
    assert keys
    assert load_suite(suite).cells()


def test_the_table_of_keys_is_complete() -> None:
    documented = {key.strip("`"): default.strip("`") for key, _, default, _ in table(SUITES, "## Keys")}
    fields = {name: SuiteShape.model_fields[name] for name in SuiteShape.model_fields}
    for parent, shape in (("budget", Budget), ("resources", Resources)):
        del fields[parent]
        fields |= {f"{parent}.{name}": field for name, field in shape.model_fields.items()}
    assert documented.keys() == fields.keys()
    for name, field in fields.items():
        plain = field.get_default(call_default_factory=True)
        written = (
            "required"
            if field.is_required()
            else {None: "null", "": "empty"}.get(str(plain) if plain == "" else plain, str(plain))
            if not isinstance(plain, dict)
            else "{}"
        )
        assert documented[name] == written, name


def test_the_table_of_optimizers_is_right() -> None:
    documented = {
        name.strip("`"): dict(re.findall(r"`(\w+)` ([^,;]+?)(?=; |$)", options))
        for name, options in table(SUITES, "### Optimizers")
    }
    assert documented.keys() == OPTIMIZERS.keys()
    for name, optimizer in OPTIMIZERS.items():
        defaults = {key: field.default for key, field in optimizer.__dataclass_fields__.items()}
        assert documented[name].keys() == defaults.keys()
        for key, text in documented[name].items():
            assert ast.literal_eval(text.title() if text in ("true", "false") else text) in (
                defaults[key],
                list(defaults[key]) if isinstance(defaults[key], tuple) else defaults[key],
            )


def test_the_table_of_exit_codes_is_complete() -> None:
    assert {int(code) for code, _ in table(SUITES, "## Exit codes")} == set(ExitCode)


# The plugin of docs/plugins.md


def test_the_plugin_works_and_provides_every_kind(acme: Path) -> None:
    package = next(each for each in load_registry().packages if each.distribution == "acme-gan")
    assert (package.status, package.reason) == ("OK", "")
    assert [f"{component.kind} {component.name}" for component in package.components] == [
        "loss huber",
        "regularizer score-decay",
        "model linear-quadratic",
        "metric mean-error",
        "features pooled",
        "dataset lemniscate",
        "game two-critics",
        "rule generator-first",
        "technique huber-gan",
        "technique two-huber-critics",
    ]


def test_the_plugin_conforms(acme: Path) -> None:
    cases = conformance_cases("acme-gan")
    assert len(cases) > 30
    for case in cases:
        case.check()


def test_the_first_five_minutes_stand_alone(acme: Path) -> None:
    """The hook of the first section names its folders as the later one finds them."""
    hook = next(block for block in blocks(PLUGINS) if block.file == "acme_gan/__init__.py")
    names: dict[str, Any] = {"__name__": "acme_gan"}
    exec(compile(hook.text, str(hook), "exec"), names)
    assert [component.name for component in names["gbench_components"]()][0] == "huber"


@pytest.mark.parametrize("block", all_blocks("python fragment"), ids=str)
def test_fragments_are_python(block: Block) -> None:
    assert ast.parse(block.text).body


def test_examples_in_python_run(acme: Path) -> None:
    for block in blocks(PLUGINS):
        if block.label == "python":
            assert block.file, f"{block} belongs to no file"
        elif block.label == "python run":
            exec(compile(block.text, str(block), "exec"), {})


# A run of its suite


@pytest.fixture(scope="module")
def results(acme: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`acme.yaml` of the plugins' page, run in a fresh folder under the name that the results' page uses."""
    folder = tmp_path_factory.mktemp("run")
    suite = folder / "acme.yaml"
    shutil.copy(acme / "acme.yaml", suite)
    options = ["--executor", "inline", "--tracking", "none", "--results", str(folder / "results")]
    assert gbench("run", str(suite), "--set", "name=stability", *options) == ExitCode.OK
    return folder


def gbench(*arguments: str) -> int:
    former, sys.argv = sys.argv, ["gbench", *arguments]
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            main()
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        sys.argv = former
    raise AssertionError("gbench always exits")
