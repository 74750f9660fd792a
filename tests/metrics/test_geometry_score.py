"""Relative living times against ranks of boundary matrices, and sets whose holes are known."""

import sys
from itertools import combinations, pairwise

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist
from torch import Tensor

from gbench.errors import UserError
from gbench_metrics.geometry_score import GeometryScore, holes, relative_living_times, shares_of_scales

from .vectors import normal, score

CHEAP = {"landmarks": 16, "repeats": 10, "gamma": 0.125}


def values(real: Tensor, fake: Tensor, **options: float) -> list[float]:
    scores = score(GeometryScore(**{**CHEAP, **options}), real, fake)  # type: ignore[arg-type]
    assert list(scores) == ["geometry-score-pixels-1k-train"]
    return scores["geometry-score-pixels-1k-train"]


def circle(points: int, seed: int = 0) -> Tensor:
    angle = 2 * np.pi * torch.rand(points, generator=torch.Generator().manual_seed(seed))
    return torch.stack([angle.cos(), angle.sin()], 1)


def disc(points: int, seed: int = 0) -> Tensor:
    radius = torch.rand(points, 1, generator=torch.Generator().manual_seed(seed + 100)).sqrt()
    return radius * circle(points, seed)


def rank(matrix: np.ndarray) -> int:
    """Over the field of two elements, by elimination."""
    rows, found = matrix.astype(bool).copy(), 0
    for column in range(rows.shape[1]):
        pivots = np.flatnonzero(rows[found:, column]) + found
        if len(pivots):
            rows[[found, pivots[0]]] = rows[[pivots[0], found]]
            others = rows[:, column].copy()
            others[found] = False
            rows[others] ^= rows[found]
            found += 1
    return found


def number_of_holes(distances: np.ndarray, scale: float) -> int:
    """First Betti number of the witness complex by its definition: edges − rank ∂₁ − rank ∂₂.

    A simplex belongs where all its faces do and a witness is at most `scale` farther from each of its corners
    than from any other landmark.
    """
    complex_: list[set[tuple[int, ...]]] = []
    for size in (1, 2, 3):
        found = set()
        for corners in combinations(range(distances.shape[1]), size):
            rest = np.delete(distances, corners, axis=1).min(1)
            seen = (distances[:, corners].max(1) <= rest + scale).any()
            faces = combinations(corners, size - 1) if size > 1 else []
            if seen and all(face in complex_[-1] for face in faces):
                found.add(corners)
        complex_.append(found)
    ranks = []
    for faces, simplices in pairwise(complex_):
        boundary = [[set(face) <= set(simplex) for simplex in sorted(simplices)] for face in sorted(faces)]
        ranks.append(rank(np.array(boundary).reshape(len(faces), len(simplices))))
    return len(complex_[1]) - ranks[0] - ranks[1]


@pytest.mark.parametrize("seed", range(4))
def test_holes_agree_with_ranks_of_boundary_matrices(seed: int) -> None:
    points = (circle(60, seed) + 0.1 * normal(60, 2, seed=seed)).double().numpy()
    distances = cdist(points, points[:9])
    limit = 0.4 * distances.max()
    found = holes(distances, limit)
    counts = []
    for scale in np.linspace(0, limit, 12)[1:-1]:
        alive = ((found[:, 0] <= scale) & (scale < found[:, 1])).sum()
        counts.append(number_of_holes(distances, scale))
        assert alive == counts[-1]
    assert max(counts) > 0


def test_living_times_of_given_intervals() -> None:
    """One hole in 1..2 and in 3..4, two in 2..3, none in 0..1 and from 4 on; and one that never closes."""
    intervals = np.array([[1.0, 3.0], [2.0, 4.0]])
    assert shares_of_scales(intervals, 8.0, 4).tolist() == [5 / 8, 2 / 8, 1 / 8, 0]
    assert shares_of_scales(intervals, 8.0, 2).tolist() == [5 / 8, 2 / 8]
    assert shares_of_scales(np.array([[2.0, np.inf]]), 8.0, 2).tolist() == [0.25, 0.75]
    assert shares_of_scales(np.empty((0, 2)), 8.0, 2).tolist() == [1.0, 0.0]


def test_a_circle_has_one_hole_and_a_disc_none_for_most_of_the_time() -> None:
    chosen = np.arange(16)
    for points, most_often in ((circle(300), 1), (disc(300), 0)):
        times = relative_living_times(points.double().numpy(), chosen, 0.125, 100)
        assert times.sum() == pytest.approx(1.0)
        assert times.argmax() == most_often


def test_scores_of_circles_and_discs() -> None:
    real, apart = circle(300), torch.tensor([5.0, 0.0])
    two = torch.cat([circle(150, seed=2), circle(150, seed=3) + apart])
    same, disk, pair, copy = values(real, torch.stack([circle(300, seed=1), disc(300), two, real]))
    assert copy == 0.0
    assert same < 0.05
    assert disk > 0.2
    assert pair > 0.2


def test_scale_shift_and_rotation_do_not_count() -> None:
    real, fake = circle(200), disc(200)
    turn = torch.tensor([[0.6, -0.8], [0.8, 0.6]])
    assert values(real, 3 * fake @ turn + 7) == pytest.approx(values(real, fake), rel=1e-3)


def test_the_largest_scale_grows_with_the_samples_unless_it_is_said() -> None:
    real, fake = circle(250), disc(250)
    by_default = score(GeometryScore(landmarks=16, repeats=5), real, fake)
    assert list(by_default.values()) == [values(real, fake, repeats=5, gamma=250 / 5000 / 128)]


def test_samples_all_the_same_have_no_holes() -> None:
    """The circle's own times of no hole, and of others, are all there is."""
    metric = GeometryScore(**CHEAP)  # type: ignore[arg-type]
    [[found]] = score(metric, circle(200), torch.full((200, 2), 0.5)).values()
    expected = (1 - metric.real[0]) ** 2 + (metric.real[1:] ** 2).sum()
    assert found == pytest.approx(expected)


def test_landmarks_beyond_the_samples_are_a_users_mistake() -> None:
    with pytest.raises(UserError) as error:
        values(circle(10), circle(10))
    assert str(error.value) == "geometry-score: 16 landmarks need as many samples; there are 10"


def test_without_gudhi_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gudhi", None)
    with pytest.raises(UserError) as error:
        values(circle(30), circle(30))
    assert str(error.value) == "geometry-score needs the package gudhi: pip install 'gbench[topology]'"


def test_a_loop_without_any_triangle_is_a_loop() -> None:
    """Eight landmarks of a circle, joined to their neighbours alone."""
    angles = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], 1)
    distances = np.linalg.norm(circle[:, None] - circle[None, ::25], axis=-1)
    assert holes(distances, 0.3).tolist() == [[0.0, np.inf]]
