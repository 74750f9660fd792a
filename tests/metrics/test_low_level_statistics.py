import pytest
import torch
from scipy.stats import wasserstein_distance
from torch import Tensor

from gbench_metrics.low_level_statistics import LowLevelStatistics, statistics

from .pictures import score, smooth

KEYS = ["brightness-distance-1k-train", "contrast-distance-1k-train", "colourfulness-distance-1k-train"]


def values(real: Tensor, fake: Tensor) -> list[list[float]]:
    scores = score(LowLevelStatistics(), real, fake)
    assert list(scores) == KEYS
    return [list(row) for row in zip(*scores.values(), strict=True)]


def test_statistics_of_plain_colours() -> None:
    """Luma 0.299 of red; rg = 1, yb = ½, and 0.3 √(1 + ¼). White and grey have no colour."""
    colours = torch.tensor([[1.0, -1, -1], [1, 1, 1], [0, 0, 0]])[:, :, None, None].expand(3, 3, 8, 8)
    expected = [[0.299, 0.0, 0.3 * 1.25**0.5], [1.0, 0.0, 0.0], [0.5, 0.0, 0.0]]
    torch.testing.assert_close(statistics(colours), torch.tensor(expected).double(), atol=1e-7, rtol=0)


def test_statistics_of_half_red_and_half_green() -> None:
    """rg is ±1 and yb ½ everywhere: √(1 + 0) + 0.3 √(0 + ¼)."""
    image = torch.tensor([[1.0, -1], [-1, 1], [-1, -1]])[None, :, None, :].expand(1, 3, 4, 2)
    found = statistics(image)[0].tolist()
    assert found == pytest.approx([(0.299 + 0.587) / 2, (0.587 - 0.299) / 2, 1 + 0.15])


def test_a_checkerboard_has_the_largest_contrast() -> None:
    board = (2 * torch.eye(2).repeat(4, 4) - 1).expand(3, 1, 8, 8)
    assert statistics(board).tolist() == [[0.5, 0.5, 0.0]] * 3
    flat = torch.zeros(3, 1, 8, 8)
    assert (
        values(flat, board)[0][1] == 0.5 == LowLevelStatistics.keys["contrast-distance-{samples}-{split}"][1]
    )


def test_a_shift_of_brightness_costs_its_size_in_half_units() -> None:
    real = 0.5 * smooth(30, 3, 8, 8)
    assert values(real, real + 0.3)[0] == pytest.approx([0.15, 0.0, 0.0], abs=1e-6)


def test_black_and_white_are_as_far_as_can_be() -> None:
    white = torch.ones(5, 1, 8, 8)
    assert values(white, -3 * white)[0] == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("rows", [(40, 40), (40, 25)])
def test_distances_agree_with_scipy(rows: tuple[int, int]) -> None:
    real, fake = smooth(rows[0], 3, 8, 8, seed=1), 0.8 * smooth(rows[1], 3, 8, 8, seed=2) + 0.1
    columns = zip(statistics(fake).T.numpy(), statistics(real).T.numpy(), strict=True)
    assert values(real, fake)[0] == pytest.approx([wasserstein_distance(*pair) for pair in columns], rel=1e-9)


def test_order_duplicates_and_neighbours() -> None:
    real, fake = smooth(20, 3, 8, 8), smooth(20, 3, 8, 8, seed=1)
    alone = values(real, fake)[0]
    assert values(real, torch.stack([0 * fake, fake.flip(0), fake]))[1:] == [alone, alone]
    assert values(real, fake.repeat(2, 1, 1, 1))[0] == pytest.approx(alone)
