import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import pdist
from sklearn.metrics.pairwise import rbf_kernel
from torch import Tensor

from gbench.errors import UserError
from gbench_metrics import _neighbours
from gbench_metrics.mmd import Mmd

from .vectors import normal, score


def discrepancies(real: Tensor, fake: Tensor, *bandwidths: float) -> list[float]:
    return score(Mmd(bandwidths=bandwidths or (1.0,)), real, fake)["mmd-pixels-1k-train"]


def by_scikit_learn(real: Tensor, fake: Tensor, *bandwidths: float) -> float:
    """The unbiased estimate from whole kernel matrices."""
    x, y = real.double().numpy(), fake.double().numpy()
    total = 0.0
    for bandwidth in bandwidths:
        gamma = 1 / (2 * (bandwidth * np.median(pdist(x))) ** 2)
        for z in (x, y):
            kernel = rbf_kernel(z, gamma=gamma)
            total += (kernel.sum() - kernel.trace()) / (len(z) * (len(z) - 1))
        total -= 2 * rbf_kernel(x, y, gamma=gamma).mean()
    return total / len(bandwidths)


@pytest.mark.parametrize("bandwidths", [(1.0,), (0.25, 0.5, 1.0, 2.0, 4.0)])
def test_it_agrees_with_scikit_learn(bandwidths: tuple[float, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_neighbours, "BLOCK", 7 * 40)
    x, y = normal(30, 5), 1.5 * normal(40, 5, seed=1) + 0.5
    assert discrepancies(x, y, *bandwidths) == pytest.approx([by_scikit_learn(x, y, *bandwidths)], abs=1e-12)


def test_gaussians_at_a_distance() -> None:
    """E k(x, y) = (σ²/(σ² + 2))^{d/2} exp(−δ²/2(σ² + 2)) for unit Gaussians at distance δ."""
    real, fake = normal(1000, 2), normal(10, 1000, 2, seed=1)
    fake[..., 0] += 2
    sigma = pdist(real.double()).astype(float)
    variance = float(np.median(sigma)) ** 2
    expected = 2 * variance / (variance + 2) * (1 - math.exp(-4 / (2 * (variance + 2))))
    assert np.mean(discrepancies(real, fake)) == pytest.approx(expected, rel=0.05)


def test_it_is_unbiased_and_far_sets_have_the_discrepancy_within() -> None:
    estimates = np.array(
        [discrepancies(normal(20, 3, seed=s), normal(20, 3, seed=s + 999)) for s in range(200)]
    )
    assert abs(estimates.mean()) < 3 * estimates.std() / math.sqrt(200)
    assert (estimates < 0).any()
    collapsed = torch.full((20, 3), 1e6)
    real = normal(20, 3)
    within = rbf_kernel(real.double(), gamma=1 / (2 * np.median(pdist(real.double())) ** 2))
    assert discrepancies(real, collapsed) == pytest.approx([(within.sum() - 20) / (20 * 19) + 1], rel=1e-5)


def test_order_scale_and_neighbours() -> None:
    real, fake = normal(40, 3), normal(40, 3, seed=1) + 1
    alone = discrepancies(real, fake)
    assert discrepancies(4 * real, 4 * fake) == pytest.approx(alone)
    assert discrepancies(real, torch.stack([fake.flip(0), fake * 3, fake]))[::2] == pytest.approx(alone * 2)


@pytest.mark.parametrize(
    ("real", "bandwidths", "message"),
    [
        (
            torch.ones(9, 2),
            (1.0,),
            "mmd: most real samples are alike in these features; there is no median distance",
        ),
        (normal(9, 2), (1.0, 0.0), "mmd: bandwidths are numbers above 0, not [1.0, 0.0]"),
    ],
)
def test_a_users_mistakes(real: Tensor, bandwidths: tuple[float, ...], message: str) -> None:
    with pytest.raises(UserError) as error:
        discrepancies(real, normal(9, 2), *bandwidths)
    assert str(error.value) == message
