import csv
import io
import json
from collections.abc import Callable

from gbench.report.standings import Failure, Row
from gbench.report.writers import to_csv, to_json, to_markdown

MakeRow = Callable[..., Row]


def test_markdown(make_row: MakeRow) -> None:
    rows = [make_row("b|ar", [8, 8]), make_row("broken", [1, 1], dataset="grid", diverged=(0, 1))]
    assert to_markdown(rows, [Failure("ring/lsgan", "no memory\nat all")]) == (
        "## ring\n\n"
        "| technique | modes ↑ | kl ↓ | converged | diverged | collapsed | time |\n"
        "| :-- | --: | --: | --: | --: | --: | --: |\n"
        "| b\\|ar | 8 [8, 8] | 2 | 2/2 | 0/2 | 0/2 | 1:00 |\n"
        "\n"
        "## grid\n\n"
        "| technique | modes ↑ | kl ↓ | converged | diverged | collapsed | time |\n"
        "| :-- | --: | --: | --: | --: | --: | --: |\n"
        "| broken | 0 [0, 0] | ∞ | 0/2 | 2/2 | 2/2 | 1:00 |\n"
        "\n"
        "## failed\n\n"
        "- `ring/lsgan`: no memory at all\n"
    )


def test_csv_has_a_line_for_each_cell_and_every_statistic(make_row: MakeRow) -> None:
    text = to_csv(
        [make_row("poor", [1, 1]), make_row("good", [8, 8]), make_row("bad", [1, 1], diverged=(0, 1))]
    )
    good, poor, bad = csv.DictReader(io.StringIO(text))
    assert [line["technique"] for line in (good, poor, bad)] == ["good", "poor", "bad"]
    assert (good["median/modes"], good["replicas"], good["seconds"]) == ("8.0", "2", "60")
    assert (bad["median/kl"], bad["steps-to-divergence"]) == ("inf", "100.0")
    assert good["steps-to-divergence"] == ""


def test_json_has_null_for_infinity(make_row: MakeRow) -> None:
    text = to_json([make_row("a", [8, 8], diverged=(0, 1))], [Failure("ring/b", "worker died")])
    data = json.loads(text)
    (cell,) = data["cells"]
    assert (cell["dataset"], cell["technique"], cell["primary"], cell["replicas"]) == (
        "ring",
        "a",
        "modes",
        2,
    )
    assert cell["statistics"]["median/kl"] is None
    assert cell["statistics"]["diverged"] == 1.0
    assert data["failed"] == [{"name": "ring/b", "reason": "worker died"}]
