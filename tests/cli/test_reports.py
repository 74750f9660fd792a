"""`gbench report`, `compare` and `export` as a black box, on a record without training."""

import json
from pathlib import Path

from tests.report.recorded import new_run, record

from .conftest import Run


def make_run(name: str = "small") -> None:
    run = new_run(Path(name))
    record(run, "good", [[9.0], [8.0], [9.0], [8.0]])
    record(run, "bad", [[1.0], [2.0], [1.0], [2.0]])


def test_report_prints_tables_and_says_where_the_page_is(run: Run) -> None:
    make_run()
    answer = run("report", "small")
    assert " good " in answer.out
    assert answer.out.endswith("the whole report:   small/report/report.html\n")
    assert Path("small/report/report.html").is_file()


def test_a_format_prints_only_that(run: Run) -> None:
    make_run()
    assert json.loads(run("report", "small", "--format", "json").out)["cells"][0]["technique"] == "good"
    assert not Path("small/report").exists()
    answer = run("report", "small", "--format", "csv", "--to", "out")
    assert answer.out.startswith("dataset,technique,")
    assert answer.err == "the whole report:   out/report.html\n"
    run("report", "small", "--no-page")
    assert not Path("small/report").exists()


def test_compare(run: Run) -> None:
    make_run()
    answer = run("compare", "small", "bad", "good")
    assert answer.out.startswith("ring\n  modes: good is better than bad, 8.5 [8, 9] against 1.5 [1, 2].")
    (found,) = json.loads(run("compare", "small", "good", "bad", "--json").out)
    assert found["metrics"]["modes"]["probability"] == 1
    assert run("compare", "small", "god", "bad").err == (
        "error: no technique 'god' in small; did you mean 'good'?\n"
    )


def test_compare_two_runs(run: Run) -> None:
    make_run()
    make_run("other")
    answer = run("compare", "small", "other")
    assert answer.out.startswith(
        "ring/bad\n  modes: no difference between small, 1.5 [1, 2], and other, 1.5 [1, 2]."
    )


def test_export_check_and_report_on_it(run: Run) -> None:
    make_run()
    assert run("export", "small").err == "error: name the folder to write: gbench export RUN OUT\n"
    assert run("export", "small", "out").code == 0
    assert run("export", "out", "--check").out == "out: every file and every statistic is as exported\n"
    assert run("report", "out", "--format", "csv").out == run("report", "small", "--format", "csv").out
    (path, *_) = sorted(Path("out/cells").iterdir())
    path.write_text(path.read_text().replace("9", "8"))
    answer = run("export", "out", "--check")
    assert answer.code == 1
    assert "changed since it was exported (sha256 differs)" in answer.out
    assert run("export", "small", "--check").err == (
        "error: small: no results.json here; `gbench export RUN FOLDER` makes one\n"
    )


def test_no_run(run: Run) -> None:
    assert run("report", "nowhere").err == "error: nowhere: no run here; `gbench run SUITE` makes one\n"
