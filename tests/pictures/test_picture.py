import numpy as np
import pytest
import torch

from gbench.data.density import Density
from gbench.pictures.picture import DOT, LINE, PAPER, PLOT_SIZE, RING, picture, sample_grid, scatter

CROSS = Density(torch.tensor([[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]]), 0.05)
NOTHING = torch.empty(0, 2)
MIDDLE = (PLOT_SIZE - 1) / 2


def place(x: float, y: float) -> tuple[int, int]:
    """Row and column of a point on the axes of CROSS, which end at 1.25 + 4 · 0.05."""
    return round(MIDDLE - MIDDLE * y / 1.45), round(MIDDLE + MIDDLE * x / 1.45)


def is_colour(pixel: np.ndarray, colour: np.ndarray) -> bool:
    return bool(np.abs(pixel - colour).max() < 12)


@pytest.mark.parametrize(("side", "width"), [(8, 334), (16, 398), (28, 462), (32, 526), (64, 526)])
def test_sheets_are_enlarged_by_whole_factors(side: int, width: int) -> None:
    sheet = sample_grid(torch.zeros(64, 3, side, side))
    assert sheet.size == (width, width)
    assert sheet.mode == "RGB"


def test_a_pixel_becomes_a_square_in_its_tile() -> None:
    images = -torch.ones(64, 1, 8, 8)
    images[9, 0, 7, 0] = 1
    sheet = np.asarray(sample_grid(images))
    assert sheet.shape == (334, 334)
    tile = sheet[42:82, 42:82]
    assert (tile[35:, :5] == 255).all()
    assert tile.sum() == 25 * 255
    assert (sheet[40:42] == 255).all()


def test_few_images_leave_the_rest_white() -> None:
    sheet = np.asarray(sample_grid(-torch.ones(1, 1, 8, 8)))
    assert (sheet[:40, :40] == 0).all()
    assert (sheet[:, 40:] == 255).all()


def test_values_outside_the_range_are_clamped_and_nan_is_grey() -> None:
    images = torch.tensor([float("nan"), float("inf"), -5.0, 1.0]).reshape(4, 1, 1, 1).expand(4, 1, 8, 8)
    sheet = np.asarray(sample_grid(images))
    assert [int(sheet[20, 20 + 42 * index]) for index in range(4)] == [128, 255, 0, 255]


def test_an_empty_plot_shows_rings_axes_and_paper() -> None:
    plot = np.asarray(scatter(NOTHING, CROSS)).astype(float)
    assert plot.shape == (360, 360, 3)
    row, column = place(1, 0)
    assert is_colour(plot[row, column + 7], RING)
    assert is_colour(plot[row, place(0.5, 0)[1]], LINE)
    assert is_colour(plot[place(0.5, 0.5)], PAPER)


def test_many_samples_make_a_dot_dark_and_one_leaves_it_light() -> None:
    points = torch.tensor([[0.5, 0.5]] * 40 + [[-0.5, -0.5]])
    plot = np.asarray(scatter(points, CROSS)).astype(float)
    assert is_colour(plot[place(0.5, 0.5)], DOT)
    assert is_colour(plot[place(-0.5, -0.5)], PAPER + 0.35 * (DOT - PAPER))
    assert is_colour(plot[place(0.5, -0.5)], PAPER)


def test_axes_do_not_depend_on_the_samples() -> None:
    near, far = (np.asarray(scatter(torch.full((1, 2), value), CROSS)) for value in (0.5, 50.0))
    assert (near != far).any(-1).sum() <= 10


def test_samples_outside_are_drawn_at_the_border_and_nan_nowhere() -> None:
    empty = np.asarray(scatter(NOTHING, CROSS))
    outside = np.asarray(scatter(torch.tensor([[1e30, 0.7]]), CROSS))
    rows, columns = (outside != empty).any(-1).nonzero()
    assert len(rows) == 5
    assert columns.min() >= PLOT_SIZE - 3
    assert abs(rows.mean() - place(0, 0.7)[0]) <= 0.5
    nowhere = torch.tensor([[float("nan"), 0.7], [float("inf"), 0.7]])
    assert (np.asarray(scatter(nowhere, CROSS)) == empty).all()


def test_one_mode_away_from_the_origin_has_axes_of_its_own() -> None:
    far = Density(torch.tensor([[5.0, 5.0]]), 0.1)
    plot = np.asarray(scatter(torch.tensor([[5.0, 5.0]] * 40), far)).astype(float)
    assert is_colour(plot[180, 180], DOT)


def test_pictures_are_chosen_by_shape() -> None:
    images, planar, line = picture(torch.zeros(1, 3, 8, 8), None), picture(NOTHING, CROSS), torch.zeros(4, 1)
    assert images is not None
    assert images.size == (334, 334)
    assert planar is not None
    assert planar.size == (360, 360)
    assert picture(line, None) is None
