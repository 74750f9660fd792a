"""What the pages say, done: suites load, examples run, commands and links exist."""

import ast
import contextlib
import io
import json
import re
import shlex
import shutil
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer.main
from pydantic.fields import FieldInfo

from gbench.cli import main
from gbench.cli.app import VERBS, app
from gbench.errors import ExitCode
from gbench.plugins import load_registry
from gbench.record import RunDirectory
from gbench.report.entries import summary_of
from gbench.suite import load_suite
from gbench.suite.composition import KEYS
from gbench.suite.schema import NESTED, SuiteShape
from gbench.suite.yaml import parse_yaml
from gbench.testing import conformance_cases

from .pages import LINK, PAGES, ROOT, Block, all_blocks, anchors, blocks, commands, prose, table

SUITES, PLUGINS, RESULTS = (ROOT / "docs" / f"{name}.md" for name in ("suites", "plugins", "results"))
CODE = {"sh", "toml", "yaml", "yaml suite", "yaml fragment", "python", "python fragment", "python run"}
OPTION = r"`(\w+)` ([^;]+)"  # of an optimizer, with its default

BASE = """\
name: base
budget: {steps: 100}
datasets: [ring, digits]
metrics: [modes, {use: frechet-distance, features: classifier}]
techniques: [non-saturating, wgan-gp]
"""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_says_what_it_is(page: Path) -> None:
    assert {block.label for block in blocks(page)} <= {*CODE, "text"}


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


def test_sets_apply(tmp_path: Path) -> None:
    """Every `--set` of the page, to the suite that it is about."""
    suite = tmp_path / "mine.yaml"
    suite.write_text(next(blocks(SUITES)).text)
    changed = [sets for sets in map(sets_of, commands(SUITES)) if sets]
    assert len(changed) == 5
    for sets in changed:
        assert load_suite(suite, sets).cells()


def sets_of(command: str) -> list[str]:
    words = shlex.split(command)
    return [value for option, value in pairwise(words) if option == "--set"]


def test_the_first_suite_has_as_many_cells_as_the_page_says(tmp_path: Path) -> None:
    suite = tmp_path / "mine.yaml"
    suite.write_text(next(blocks(SUITES)).text)
    assert len(load_suite(suite).cells()) == 18
    assert "here 3 × 2 × 3 = 18" in prose(SUITES)


def test_the_table_of_keys_is_complete() -> None:
    documented = {key.strip("`"): default.strip("`") for key, _, default, _ in table(SUITES, "## Keys")}
    fields = {name: field for name, field in SuiteShape.model_fields.items() if name not in NESTED}
    for parent, shape in NESTED.items():
        fields |= {f"{parent}.{name}": field for name, field in shape.model_fields.items()}
    assert documented == {name: default_of(field) for name, field in fields.items()}


def default_of(field: FieldInfo) -> str:
    """As JSON, which is YAML too."""
    return "required" if field.is_required() else json.dumps(field.get_default(call_default_factory=True))


def test_the_table_of_parts_is_complete() -> None:
    assert {row[0].strip("`") for row in table(SUITES, "## Techniques")} == set(KEYS)


def test_the_table_of_verbs_is_complete() -> None:
    cells = " ".join(row[0] for row in table(SUITES, "## Verbs"))
    assert re.findall(r"`gbench (\w+)", cells) == [*dict.fromkeys(re.findall(r"`gbench (\w+)", cells))]
    assert set(re.findall(r"`gbench (\w+)", cells)) == set(VERBS)


def test_the_table_of_optimizers_is_right() -> None:
    documented = {
        name.strip("`"): {key: parse_yaml(text, "").data for key, text in re.findall(OPTION, options)}
        for name, options in table(SUITES, "### Optimizers")
    }
    registry = load_registry()
    built_in = [
        part
        for package in registry.packages
        if package.distribution == "gbench"
        for part in package.components
    ]
    names = [component.name for component in built_in if component.kind == "optimizer"]
    assert documented == {name: registry.options("optimizer", name, {}) for name in names}


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
        "metric mean-shift",
        "probe weight-norm",
        "contest mean-place",
        "features pooled",
        "dataset lemniscate",
        "game two-critics",
        "rule generator-first",
        "optimizer clipped-momentum",
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
    assert [component.name for component in names["gbench_components"]()][:1] == ["huber"]


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
def run(acme: Path, tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    """The page's suite, run under the name that the results' page uses, with thresholds and one more key."""
    folder = tmp_path_factory.mktemp("run")
    suite = folder / "acme.yaml"
    shutil.copy(acme / "acme.yaml", suite)
    sets = ["--set", "name=stability", "--set", "thresholds.digits.mean-error-pixels=100"]
    options = ["--executor", "inline", "--tracking", "none", "--results", str(folder / "results")]
    assert gbench("run", str(suite), *sets, *options) == ExitCode.OK
    return RunDirectory(folder / "results/stability")


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


def test_every_component_of_the_plugin_trains(run: RunDirectory) -> None:
    cells = {cell.name: cell for cell in run.cells()}
    assert sorted(cells) == [
        "digits/huber-gan",
        "digits/two-huber-critics",
        "lemniscate/huber-gan",
        "lemniscate/two-huber-critics",
    ]
    assert {run.status(cell).state for cell in cells.values()} == {"done"}
    assert list(cells["lemniscate/huber-gan"].scores) == ["mean-error-pixels-1k"]
    assert list(cells["digits/huber-gan"].scores) == ["mean-error-pixels-1k", "mean-error-pooled-1k"]


def test_reading_a_run_as_the_page_does(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(run.root.parent.parent)
    (example,) = [block for block in blocks(RESULTS) if block.label == "python run"]
    exec(compile(example.text, str(example), "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert lines[0].startswith("digits/huber-gan mean-error-pixels-1k replica 0 at step 20 scored ")


def test_the_table_of_statistics_is_complete(run: RunDirectory) -> None:
    """What a cell with thresholds yields, and what only a diverged replica adds."""
    cell = next(cell for cell in run.cells() if cell.dataset == "digits")
    found = summary_of(run.history(cell)).statistics
    kinds = {f"{name.partition('/')[0]}/<key>" if "/" in name else name for name in found}
    names = re.findall(
        r"`([^`]+)`", " ".join(row[0] for row in table(RESULTS, "### What the statistics mean"))
    )
    assert set(names) == kinds | {"steps-to-divergence"}


def test_the_tree_of_the_page_is_what_a_run_leaves(run: RunDirectory) -> None:
    tree = RESULTS.read_text().partition("## The run directory")[2].partition("\n\n    ")[2]
    named = set(re.findall(r"^ +([a-z.]+\.json|[a-z.]*lock|suite\.yaml)", tree, re.MULTILINE))
    files = [path for path in run.root.rglob("*") if path.suffix == ".json" or path.name.endswith("lock")]
    left = {path.name for path in files if "contests" not in path.parts}  # those are named after contests
    assert left | {"suite.yaml"} <= named


def test_the_events_of_the_page_are_those_of_a_journal(run: RunDirectory) -> None:
    documented = {kind.strip("`"): fields for kind, fields in table(RESULTS, "### Journals")}
    events = [event for cell in run.cells() for cohort in run.cohorts(cell.id) for event in cohort.events()]
    assert {event.KIND for event in events} <= documented.keys()
    for event in events:
        named = set(re.findall(r"`(\w+)`", documented[event.KIND]))
        assert event.to_json().keys() - {"kind", "time"} <= named
