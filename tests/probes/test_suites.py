"""Probes in a suite's file: read, matched with data sets, part of a cell's identity."""

from pathlib import Path
from typing import Any

import pytest

from gbench.errors import UserError
from gbench.plugins import Chosen, load_registry
from gbench.statistics.summary import summarise
from gbench.suite import load_suite
from gbench.suite.json_schema import suite_schema
from tests.sweep.small import make_cells, write_suite


def test_probes_and_their_options_are_part_of_the_recipe(tmp_path: Path) -> None:
    [bare] = make_cells(tmp_path)
    [cell] = make_cells(tmp_path, probes=[{"use": "jacobian", "steps": 5}])
    [probe] = cell.recipe.probes
    assert probe == Chosen("jacobian", "1", {"steps": 5, "batches": 4, "tolerance": 0.05})
    assert cell.id != bare.id
    assert cell.scores == bare.scores
    assert cell.probed["jacobian-rotation"] == ("min", 1.0)


def test_their_features_are_prepared_with_those_of_the_metrics(tmp_path: Path) -> None:
    [cell] = make_cells(tmp_path, probes=["interpolation"])
    assert list(cell.recipe.features) == ["pixels"]


def test_a_probe_is_left_out_where_a_data_set_lacks_what_it_needs(tmp_path: Path) -> None:
    path = write_suite(
        tmp_path,
        datasets=["ring", "digits"],
        metrics=["modes", "class-coverage"],
        probes=["mode-histogram", "rating-sheet"],
    )
    suite = load_suite(path)
    used = {cell.dataset: [probe.use for probe in cell.recipe.probes] for cell in suite.cells()}
    assert used == {"ring": ["mode-histogram"], "digits": ["rating-sheet"]}
    assert "probe rating-sheet is left out on ring, which has no image" in suite.notes()


@pytest.mark.parametrize(
    ("probes", "complaint"),
    [
        (["jacobean"], "unknown probe 'jacobean'; did you mean 'jacobian'?"),
        ([{"use": "jacobian", "steps": 1}], "option 'steps' of probe jacobian must be >= 2, not 1"),
        (["rating-sheet"], "probe rating-sheet needs image, which no data set of the suite has"),
        (
            ["neighbours", {"use": "neighbours", "samples": 1000}],
            "probe neighbours appears twice; keep one",
        ),
        (
            ["rating-sheet", 3],
            "'probes.1' must be a name or {use: name, option: value}, not 3",
        ),
    ],
)
def test_mistakes(tmp_path: Path, probes: list[Any], complaint: str) -> None:
    with pytest.raises(UserError) as caught:
        make_cells(tmp_path, probes=probes)
    assert caught.value.message == complaint


def test_the_schema_knows_them() -> None:
    entry = suite_schema(load_registry())["properties"]["probes"]["items"]["anyOf"]
    assert "path-angle" in entry[0]["enum"]


def test_a_diverged_replica_counts_as_the_worst_in_what_probes_find(tmp_path: Path) -> None:
    [cell] = make_cells(tmp_path, probes=["jacobian"])
    found = {
        "jacobian-rotation": {0: 0.2, 1: 0.4, 2: 0.1},
        "jacobian-growth": {0: -1.0, 1: None, 2: 0.5},
    }
    statuses = {0: ("done", 40), 1: ("done", 40), 2: ("diverged", 7)}
    statistics = summarise(cell, {}, statuses, probed=found).statistics
    assert statistics["median/jacobian-rotation"] == 0.4
    assert statistics["worst/jacobian-rotation"] == 1.0
    assert statistics["median/jacobian-growth"] == float("inf")
    assert "median/jacobian-rotation" not in summarise(cell, {}, statuses).statistics
