"""The distance to the equilibrium of a toy game, as the evaluator sees it."""

import math
from pathlib import Path
from typing import Any

import pytest

from gbench.evaluation.evaluator import Evaluator
from gbench.plugins import load_registry
from gbench.testing import make_cohort, make_recipe, use
from gbench_metrics.equilibrium_distance import EquilibriumDistance

THIRDS = {"dimensions": 3, "at": 1 / 3}


def distance(folder: Path, game: dict[str, Any], point: dict[str, Any], judged: bool = True) -> list[float]:
    data = load_registry().create(use("dataset", "point-mass", **point), "dataset").load()
    cohort = make_cohort(make_recipe(game=game, model=None), data, range(2))
    evaluator = Evaluator(data, [EquilibriumDistance()], {}).fit(folder)
    judge = cohort.inference.scores_of if judged else None
    return evaluator.measure(cohort.inference.generated(evaluator.num_samples).samples, judge)[
        "equilibrium-distance"
    ]


def test_dirac_is_as_far_as_both_numbers_are(tmp_path: Path) -> None:
    game = use("game", "dirac", theta=0.3, psi=-0.4)
    assert distance(tmp_path, game, {}) == pytest.approx([0.5, 0.5])


def test_without_a_discriminator_the_generator_counts(tmp_path: Path) -> None:
    game = use("game", "dirac", theta=0.3, psi=-0.4)
    assert distance(tmp_path, game, {}, judged=False) == pytest.approx([0.3, 0.3])


def test_bilinear_counts_every_coordinate(tmp_path: Path) -> None:
    game = use("game", "bilinear", dimensions=4, x=0.3, y=0.4)
    assert distance(tmp_path, game, {"dimensions": 4}) == pytest.approx([1.0, 1.0])


def test_rock_paper_scissors_by_hand(tmp_path: Path) -> None:
    """‖p − ⅓‖² and 3 ‖q − ⅓‖², for ‖Av‖² = 3 ‖v‖² where v adds up to zero."""
    game = use("game", "rock-paper-scissors", generator=(0.5, 0.25, 0.25), discriminator=(0.4, 0.3, 0.3))
    p, q = (1 / 6) ** 2 + 2 * (1 / 12) ** 2, (1 / 15) ** 2 + 2 * (1 / 30) ** 2
    assert distance(tmp_path, game, THIRDS) == pytest.approx([math.sqrt(p + 3 * q)] * 2, rel=1e-5)


def test_it_is_zero_at_the_equilibrium(tmp_path: Path) -> None:
    even = use("game", "rock-paper-scissors", generator=(1.0, 1.0, 1.0), discriminator=(1.0, 1.0, 1.0))
    assert distance(tmp_path, even, THIRDS) == pytest.approx([0.0, 0.0], abs=1e-6)
    assert distance(tmp_path, use("game", "bilinear", x=0.0, y=0.0), {}) == [0.0, 0.0]
