import numpy as np
import pytest
import torch

from gbench.pictures.picture import picture
from gbench.pictures.sequences import HEIGHT, WIDTH, line_grid, pieces, plot
from gbench.pictures.sheets import DOT, LINE, PAPER, RING

NAN = float("nan")


def flat(*levels: float, steps: int = 16) -> np.ndarray:
    """A constant sequence [C, steps]."""
    return np.tile(np.array(levels, np.float32)[:, None], steps)


def rows_of(image: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """The rows in the middle column that are nearer to a colour than to any other."""
    inks = np.stack([PAPER, LINE, DOT, RING])
    nearest = np.abs(image[:, WIDTH // 2, None] - inks).sum(-1).argmin(-1)
    return np.flatnonzero((inks[nearest] == colour).all(-1))


@pytest.mark.parametrize("level", [-1.0, -0.5, 0.25, 1.0])
def test_a_level_is_drawn_at_its_height(level: float) -> None:
    rows = rows_of(plot(flat(level)).astype(float), DOT)
    assert rows.mean() + 0.5 == pytest.approx(HEIGHT / 2 * (1 - level / 1.2), abs=0.75)
    assert 1 <= len(rows) <= 2


def test_the_axis_stays_where_it_is() -> None:
    for level in (-1.0, 1.0):
        assert (plot(flat(level))[HEIGHT // 2] == LINE).all()


def test_values_outside_are_drawn_at_the_border() -> None:
    assert (plot(flat(50.0)) == plot(flat(float("inf")))).all()
    assert rows_of(plot(flat(50.0)).astype(float), DOT).tolist() == [0]


def test_channels_have_colours_of_their_own() -> None:
    image = plot(flat(0.5, -0.5)).astype(float)
    assert rows_of(image, DOT).mean() == pytest.approx(HEIGHT / 2 * (1 - 0.5 / 1.2), abs=1)
    assert rows_of(image, RING).mean() == pytest.approx(HEIGHT / 2 * (1 + 0.5 / 1.2), abs=1)


def test_a_line_breaks_where_there_is_no_number() -> None:
    places = np.array([[0, 1], [1, 1], [2, NAN], [3, 1], [4, NAN], [5, NAN], [6, 1], [7, 1], [8, 1]])
    assert [run[:, 0].tolist() for run in pieces(places)] == [[0, 1], [6, 7, 8]]
    assert (plot(flat(NAN)) == plot(flat(0.0)[:0])).all()


def test_sheets_hold_eight_times_eight_and_the_rest_is_white() -> None:
    sheet = np.asarray(line_grid(torch.zeros(3, 1, 16)))
    assert sheet.shape == (8 * (HEIGHT + 2) - 2, 8 * (WIDTH + 2) - 2, 3)
    assert (sheet[:HEIGHT, 3 * (WIDTH + 2) :] == 255).all()
    assert (sheet[:HEIGHT, :WIDTH] == plot(flat(0.0))).all()
    assert line_grid(torch.zeros(70, 1, 16)).size == line_grid(torch.zeros(0, 1, 16)).size


def test_pictures_of_sequences_are_lines() -> None:
    sequences = torch.randn(3, 2, 16)
    shown = picture(sequences, None)
    assert shown is not None
    assert shown.tobytes() == line_grid(sequences).tobytes()
