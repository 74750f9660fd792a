import math

import numpy as np
import pytest
import scipy.ndimage
import torch
from torch import Tensor

from gbench.errors import UserError
from gbench_metrics.sharpness import Sharpness, edge_strength

from .pictures import score, smooth

KEYS = ["sharpness-gap-1k-train", "sharpness-1k", "sharpness-difference-1k-train"]


def values(real: Tensor, fake: Tensor) -> list[list[float]]:
    scores = score(Sharpness(), real, fake)
    assert list(scores) == KEYS
    return [list(row) for row in zip(*scores.values(), strict=True)]


def test_edges_agree_with_scipy() -> None:
    images = smooth(4, 1, 9, 12)
    light = (images[:, 0].double().numpy() + 1) / 2
    inner = [scipy.ndimage.laplace(image)[1:-1, 1:-1] for image in light]
    np.testing.assert_allclose(edge_strength(images).numpy(), [edges.var() for edges in inner], rtol=1e-9)


def test_edges_of_colours_are_those_of_their_luma() -> None:
    images = smooth(4, 3, 8, 8)
    luma = 0.299 * images[:, :1] + 0.587 * images[:, 1:2] + 0.114 * images[:, 2:]
    torch.testing.assert_close(edge_strength(images), edge_strength(luma), rtol=1e-5, atol=0)


def test_a_checkerboard() -> None:
    """Neighbours of black are white: the Laplacian is 4 or −4 everywhere."""
    board = (2 * torch.eye(2).repeat(4, 4) - 1).expand(3, 1, 8, 8)
    assert values(board, board)[0] == [0.0, 16.0, 100.0]


def test_half_the_contrast_is_a_quarter_as_sharp_and_none_is_not_sharp() -> None:
    real = smooth(30, 1, 8, 8)
    found = values(real, torch.stack([real, 0.5 * real, 2 * real.clamp(-0.5, 0.5), 0 * real]))
    assert found[0][0] == 0.0
    assert found[1][0] == pytest.approx(0.75)
    assert found[2][0] > 1
    assert found[3][:2] == pytest.approx([1.0, 0.0])


def test_the_difference_of_gradients() -> None:
    """The generated image rises from row to row by 0.05 of [0, 1], too: Δ = 0.05 at each pixel."""
    real = (2e-3 * torch.arange(8.0) ** 3 - 1).expand(1, 1, 8, 8)
    fake = real + 0.1 * torch.arange(8.0)[:, None]
    assert values(real, fake)[0][2] == pytest.approx(10 * math.log10(1 / 0.05), rel=1e-5)


def test_data_without_edges_are_a_users_mistake() -> None:
    flat, ramp = torch.full((9, 1, 8, 8), 0.3), (0.1 * torch.arange(8.0)).expand(9, 1, 8, 8)
    for real in (flat, ramp):
        with pytest.raises(UserError) as error:
            score(Sharpness(), real, smooth(9, 1, 8, 8))
    assert str(error.value) == (
        "sharpness: the real images have no edges to compare with; take another data set"
    )


def test_order_and_neighbours() -> None:
    real, fake = smooth(20, 3, 8, 8), smooth(20, 3, 8, 8, seed=1)
    alone = values(real, fake)
    together = values(real, torch.stack([0 * fake, fake, fake.flip(0)]))
    assert together[1] == alone[0]
    assert together[2] == pytest.approx(alone[0])
