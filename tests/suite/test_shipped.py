"""The suites that come with gbench load, say what they ask, and plan every cell."""

import re
from pathlib import Path

import pytest

from gbench.suite import load_suite

FOLDER = Path(__file__).parents[2] / "suites"
SUITES = sorted(FOLDER.rglob("*.yaml"))


def test_there_are_some_of_each_kind() -> None:
    assert {path.parent.name for path in SUITES} == {"suites", "papers"}


@pytest.mark.parametrize("path", SUITES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_it_loads_and_plans(path: Path) -> None:
    suite = load_suite(path)
    cells = suite.cells()
    assert len({cell.id for cell in cells}) == len(cells) > 0
    assert {cell.suite for cell in cells} == {path.stem}


@pytest.mark.parametrize("path", SUITES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_it_says_what_it_asks_and_how_to_run_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert re.search(r"^summary: .+\?$", text, re.MULTILINE)
    assert "GPU" in text or "minute" in text
