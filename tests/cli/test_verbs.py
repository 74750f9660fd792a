import json
from pathlib import Path

import pytest

from .conftest import Run


def test_help_names_every_verb(run: Run) -> None:
    answer = run("--help")
    for verb in ("check", "plan", "list", "show", "plugins", "schema"):
        assert f"\n  {verb} " in answer.out
    assert answer.code == 0


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("lst",), "error: unknown verb 'lst'; did you mean 'list'?\n"),
        (("list", "losses"), "error: unknown kind 'losses'; did you mean 'loss'?\n"),
        (("show", "los", "hinge"), "error: unknown kind 'los'; did you mean 'loss'?\n"),
        (("check", "nowhere.yaml"), "error: nowhere.yaml: cannot be read: No such file or directory\n"),
        (
            ("plan", "suite.yaml", "--set", "seeds=0"),
            "error: --set seeds=0: 'seeds' must be >= 1, not 0\n",
        ),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(run: Run, arguments: tuple[str, ...], error: str) -> None:
    answer = run(*arguments)
    assert (answer.err, answer.code) == (error, 2)


def test_list_is_aligned_and_plain(run: Run) -> None:
    lines = run("list", "loss").out.splitlines()
    assert lines[0].split() == ["kind", "name", "version", "summary"]
    starts = {line.index("1  ") for line in lines[1:] if line.startswith("loss")}
    assert len(starts) == 1
    assert not any("\x1b" in line for line in lines)


def test_list_as_json(run: Run) -> None:
    records = json.loads(run("list", "regularizer", "--json").out)
    [record] = [record for record in records if record["name"] == "gradient-penalty"]
    assert record["kind"] == "regularizer"
    assert record["package"].startswith("gbench ")


def test_show_prints_options_with_their_ranges(run: Run) -> None:
    out = run("show", "regularizer", "gradient-penalty").out
    [weight] = [line.split() for line in out.splitlines() if line.startswith("weight")]
    assert weight[:5] == ["weight", "float", "10.0", ">=", "0"]
    assert "paper: Gulrajani et al. 2017" in out


def test_show_prints_a_techniques_yaml(run: Run) -> None:
    out = run("show", "technique", "wgan-gp").out
    assert "\nloss: wasserstein\n" in out
    assert "arXiv:1704.00028" in out


def test_plugins_lists_the_built_in_ones(run: Run) -> None:
    records = json.loads(run("plugins", "--json").out)
    [losses] = [
        each for each in records if (each["distribution"], each["entry_point"]) == ("gbench", "losses")
    ]
    assert (losses["status"], losses["reason"]) == ("OK", "")
    assert {"kind": "loss", "name": "hinge"} in losses["components"]


def test_plugins_gives_the_reason_of_a_failure(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "broken-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 0.1\n")
    (info / "entry_points.txt").write_text("[gbench]\nlosses = nowhere_to_be_found\n")
    monkeypatch.syspath_prepend(tmp_path)
    [line] = [line for line in run("plugins").out.splitlines() if line.startswith("broken")]
    assert line.split(maxsplit=4) == [
        "broken",
        "0.1",
        "losses",
        "FAILED",
        "ModuleNotFoundError: No module named 'nowhere_to_be_found'",
    ]


def test_check_counts(run: Run) -> None:
    answer = run("check", "suite.yaml")
    assert answer.out.splitlines()[0] == "suite.yaml: 2 cells of 4 replicas (1 techniques, 1 data sets)"


def test_plan_lists_cells_and_their_states(run: Run) -> None:
    lines = run("plan", "suite.yaml").out.splitlines()
    assert lines[1].split()[0] == "ring/wgan-gp[optimizer.lr=0.0001]"
    assert lines[1].split()[2:] == ["4", "waiting"]
    assert lines[-1] == "2 cells: 2 waiting"


def test_plan_as_json_holds_whole_cells(run: Run) -> None:
    cells = json.loads(run("plan", "suite.yaml", "--json", "--set", "budget.steps=7").out)
    assert [cell["point"] for cell in cells] == [{"optimizer.lr": 1e-4}, {"optimizer.lr": 1e-3}]
    assert cells[0]["recipe"]["budget"]["steps"] == 7
    assert cells[0]["state"] == "waiting"


def test_schema_is_json(run: Run) -> None:
    assert json.loads(run("schema").out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_version(run: Run) -> None:
    assert run("--version").out == "gbench 0.1.0\n"
