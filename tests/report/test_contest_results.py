"""Tables of contests."""

from collections.abc import Sequence

from gbench.record import ContestRecord
from gbench.report.contest_results import contests_json, contests_markdown, plain_contests
from gbench.suite.cell import Cell
from tests.recipes import plain_recipe


def cells(labels: Sequence[str] = ("a", "b", "c")) -> list[Cell]:
    return [
        Cell(
            suite="s",
            label=label,
            technique=label,
            dataset="ring",
            recipe=plain_recipe(label),
            replicas=2,
            scores={},
            primary=None,
        )
        for label in labels
    ]


def record() -> ContestRecord:
    """b is better than a; c took no part; somebody else's cell is there too."""
    a, b, c = (cell.id for cell in cells())
    return ContestRecord(
        contest="gam",
        version="1",
        options={"samples": 500},
        features={},
        dataset="ring",
        cells=[a, b, c, "gone"],
        participants={},
        scores={"gam-500": ("max", 0.0), "far-500": ("min", None)},
        values={
            "gam-500": {a: [0.25, None], b: [0.5, 1.0], "gone": [1.0]},
            "far-500": {a: [None, None], b: [2.0, 4.0]},
        },
        tables={"battles": {"columns": ["first"], "rows": [["a"]]}},
        notes=["c: its game has no discriminator"],
    )


def test_the_best_comes_first_and_nobody_is_silent() -> None:
    assert (
        plain_contests([record()], cells())
        == """\
ring: gam

 technique  gam-500 ↑  far-500 ↓
 ───────────────────────────────
 b               0.75          3
 a              0.125          ∞
 c                  –          –

ring: gam: c: its game has no discriminator
"""
    )


def test_markdown() -> None:
    assert (
        contests_markdown([record()], cells())
        == """\
## ring: gam

| technique | gam-500 ↑ | far-500 ↓ |
| :-- | --: | --: |
| b | 0.75 | 3 |
| a | 0.125 | ∞ |
| c | – | – |

- c: its game has no discriminator
"""
    )


def test_a_contest_that_failed_says_why() -> None:
    failed = ContestRecord(
        contest="nrds",
        version="1",
        options={},
        features={},
        dataset="ring",
        cells=[cells()[0].id],
        participants={},
        error="it takes two",
    )
    assert plain_contests([failed], cells()) == "ring: nrds: it takes two\n"
    assert contests_markdown([failed], cells()) == "## ring: nrds\n\n- it takes two\n"


def test_json_names_the_techniques() -> None:
    [found] = contests_json([record()], cells())
    assert found["techniques"]["a"] == {"gam-500": [0.25, None], "far-500": [None, None]}
    assert found["techniques"]["c"] == {}
    assert list(found["techniques"]) == ["a", "b", "c"]
    assert found["scores"]["far-500"] == ["min", None]
    assert found["notes"] == ["c: its game has no discriminator"]


def test_other_cells_are_left_out() -> None:
    assert plain_contests([record()], []) == "\n"
