import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist
from torch import Tensor

from gbench.errors import UserError
from gbench_metrics import _neighbours
from gbench_metrics.rarity import Rarity

from .vectors import normal, score


def rarities(real: Tensor, fake: Tensor) -> list[float]:
    return score(Rarity(), real, fake)["rarity-pixels-1k-train"]


def by_whole_matrices(real: Tensor, fake: Tensor) -> float:
    radii = np.sort(cdist(real, real), 1)[:, 3]
    holding = np.where(cdist(real, fake) < radii[:, None], radii[:, None], np.inf).min(0)
    assert 0 < np.isinf(holding).mean() < 1
    return holding[np.isfinite(holding)].mean()


@pytest.mark.parametrize("columns", [2, 20])
def test_it_agrees_with_whole_matrices(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_neighbours, "BLOCK", 7 * 60)
    real, fake = normal(90, columns) + 5, normal(60, columns, seed=1) + 5
    assert rarities(real, fake) == pytest.approx([by_whole_matrices(real, fake)])


def test_on_a_grid_it_is_the_spacing() -> None:
    real = torch.cat([torch.arange(10.0), 1000 + 5 * torch.arange(10.0)])[:, None]
    assert rarities(real, torch.tensor([[4.5], [4.2]])) == pytest.approx([2.0])
    assert rarities(real, torch.tensor([[1022.5], [1021.0]])) == pytest.approx([10.0])


def test_samples_outside_do_not_count_and_none_inside_is_not_known() -> None:
    real = torch.arange(10.0)[:, None]
    assert rarities(real, torch.tensor([[4.5], [100.0]])) == pytest.approx([2.0])
    assert math.isnan(rarities(real, torch.tensor([[50.0], [100.0]]))[0])


def test_too_few_samples_are_a_users_mistake() -> None:
    with pytest.raises(UserError) as error:
        rarities(normal(3, 2), normal(50, 2))
    assert str(error.value) == ("rarity: at least 4 samples are needed; there are 1000 generated and 3 real")
