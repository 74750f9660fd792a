from pathlib import Path

from gbench.report.brief import MOST, brief, publish
from gbench.report.reading import read_study

from .recorded import new_run, record


def test_the_answer_in_short(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    good = record(run, "good", [[0.0, 9.0]] * 4)
    bad = record(run, "bad", [[0.0, 1.0]] * 3 + [[0.0, None]], diverged=(3,))
    found = brief(read_study(tmp_path))
    assert found.text == (
        "**On ring, good does best: modes 9 \\[9, 9\\]. "
        "No other technique works in at least half of the seeds.**\n\n"
        "| ring | modes ↑ | converged | diverged | collapsed |\n"
        "| :-- | --: | --: | --: | --: |\n"
        "| 1. good | 9 [9, 9] | 4/4 | 0/4 | 0/4 |\n"
        "| 2. ⚠ bad | 1 [0, 1] | 0/4 | 1/4 | 1/4 |"
    )
    assert found.places == {good.id: "ring 01", bad.id: "ring 02"}
    assert found.lines[bad.id] == (
        "Rank 2 of 2 on ring: modes 1 \\[0, 1\\]; converged 0/4, diverged 1/4, collapsed 1/4."
    )


def test_a_long_ranking_is_cut(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    for number in range(MOST + 2):
        record(run, f"t{number:02}", [[0.0, 30.0 - number]])
    found = brief(read_study(tmp_path))
    assert found.text.endswith("| 10. t09 | 21 (one seed) | 1/1 | 0/1 | 0/1 |\n\n2 more are in the report.")
    assert len(found.places) == MOST + 2


def test_publishing_writes_the_page(tmp_path: Path) -> None:
    record(new_run(tmp_path / "run"), "good", [[0.0, 9.0]] * 2)
    assert publish(tmp_path / "run", tmp_path / "page").text.startswith("**On ring, only good ran")
    assert (tmp_path / "page" / "report.html").is_file()
