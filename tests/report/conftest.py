from typing import Any

import pytest

from gbench.report.standings import Row
from gbench.statistics.summary import summarise
from gbench.suite.cell import Cell
from tests.recipes import plain_recipe


def build_row(
    label: str,
    modes: list[float | None],
    *,
    dataset: str = "ring",
    seconds: float = 60,
    diverged: tuple[int, ...] = (),
    **changes: Any,
) -> Row:
    """A cell whose replicas end with so many modes; its second metric is 10 − modes."""
    settings: dict[str, Any] = {
        "scores": {"modes": ("max", 0.0), "kl": ("min", None)},
        "primary": "modes",
        "thresholds": {"modes": 8.0},
    } | changes
    cell = Cell(
        suite="stability",
        label=label,
        technique=label,
        dataset=dataset,
        recipe=plain_recipe(label),
        replicas=len(modes),
        **settings,
    )
    curves = {
        "modes": {r: [(100, value)] for r, value in enumerate(modes)},
        "kl": {r: [(100, None if value is None else 10 - value)] for r, value in enumerate(modes)},
    }
    statuses = {r: ("diverged" if r in diverged else "done", 100) for r in range(len(modes))}
    return Row(cell, summarise(cell, curves, statuses), seconds)


@pytest.fixture(scope="session")
def make_row() -> Any:
    return build_row
