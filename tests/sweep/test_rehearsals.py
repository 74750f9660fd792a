"""Before anything trains, each kind of cell is built and played once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from gbench.errors import UserError
from gbench.recipe import Recipe
from gbench.suite.cell import Cell
from gbench.sweep.rehearsals import rehearse_cells
from gbench_datasets.ring import Ring
from gbench_losses.hinge import Hinge
from tests.sweep.small import make_cells


@pytest.fixture
def rehearsed(monkeypatch: pytest.MonkeyPatch) -> list[Recipe]:
    """The recipes that are rehearsed from now on, which are not built."""
    recipes: list[Recipe] = []
    monkeypatch.setattr(
        "gbench.engine.rehearsal.rehearse",
        lambda recipe, data, registry, mode, also: recipes.append(recipe) or [],
    )
    return recipes


def test_sound_cells_pass_and_leave_nothing_behind(tmp_path: Path) -> None:
    rehearse_cells(make_cells(tmp_path, techniques=["non-saturating", "wgan-gp", "sngan"]))
    assert [path.name for path in tmp_path.iterdir()] == ["suite.yaml"]


def test_values_of_real_options_make_no_difference(tmp_path: Path, rehearsed: list[Recipe]) -> None:
    cells = make_cells(tmp_path, grid={"optimizer.lr": [1e-4, 1e-3, 1e-2], "model.width": [8, 16]})
    assert len(cells) == 6
    rehearse_cells(cells)
    assert [recipe.model.options["width"] for recipe in rehearsed] == [8, 16]


def test_data_are_loaded_once(
    tmp_path: Path, rehearsed: list[Recipe], monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[Ring] = []
    load: Callable[[Ring], Any] = Ring.load
    monkeypatch.setattr(Ring, "load", lambda self: loads.append(self) or load(self))
    rehearse_cells(make_cells(tmp_path, techniques=["non-saturating", "wgan-gp", "sngan"]))
    assert (len(rehearsed), len(loads)) == (3, 1)


@pytest.fixture
def cells(tmp_path: Path) -> list[Cell]:
    return make_cells(tmp_path, techniques=["non-saturating", {"use": "sngan", "label": "mine"}])


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ValueError("shapes\n  do not fit"), "ring/mine cannot be trained: ValueError: shapes do not fit"),
        (KeyError(), "ring/mine cannot be trained: KeyError: no reason given"),
        (UserError("margin is too wide", "loss.py:7"), "loss.py:7: ring/mine: margin is too wide"),
    ],
)
def test_whatever_a_component_raises_is_told_with_its_cell(
    cells: list[Cell], monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    def fail(self: Hinge, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        raise error

    monkeypatch.setattr(Hinge, "discriminator", fail)
    with pytest.raises(UserError) as raised:
        rehearse_cells(cells)
    assert raised.value.message in message
    assert str(raised.value) == (message if error.__class__ is UserError else f"{cells[1].place}: {message}")


def test_data_that_cannot_be_loaded(cells: list[Cell], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Ring) -> None:
        raise OSError("no such file")

    monkeypatch.setattr(Ring, "load", fail)
    with pytest.raises(UserError) as raised:
        rehearse_cells(cells)
    told = "ring/non-saturating cannot be trained: OSError: no such file"
    assert (raised.value.message, raised.value.place) == (told, cells[0].place)
