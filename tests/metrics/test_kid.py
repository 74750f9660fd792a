import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import polynomial_kernel
from torch import Tensor

from gbench.errors import UserError
from gbench.plugins.keys import count
from gbench_metrics import kid
from gbench_metrics.kid import Kid

from .vectors import normal, score


def distances(real: Tensor, fake: Tensor, samples: int = 1000) -> list[float]:
    return score(Kid(samples=samples), real, fake)[f"kid-pixels-{count(samples)}-train"]


def by_scikit_learn(real: Tensor, fake: Tensor) -> float:
    """The unbiased estimate from whole kernel matrices; gamma is 1/d by default."""
    x, y = real.double().numpy(), fake.double().numpy()
    within = 0.0
    for z in (x, y):
        kernel = polynomial_kernel(z, degree=3, coef0=1)
        within += (kernel.sum() - kernel.trace()) / (len(z) * (len(z) - 1))
    return within - 2 * polynomial_kernel(x, y, degree=3, coef0=1).mean()


@pytest.mark.parametrize("rows", [(30, 30), (30, 45), (2, 2)])
def test_it_agrees_with_scikit_learn(rows: tuple[int, int]) -> None:
    x, y = normal(rows[0], 5, seed=1), 1.5 * normal(rows[1], 5, seed=2) + 0.5
    assert distances(x, y) == pytest.approx([by_scikit_learn(x, y)], rel=1e-5)


def test_blocks_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = normal(31, 5, seed=1), normal(45, 5, seed=2) + 0.5
    monkeypatch.setattr(kid, "BLOCK", 4 * 45)
    assert distances(x, y) == pytest.approx([by_scikit_learn(x, y)], rel=1e-5)


def test_gaussians_of_different_width() -> None:
    real, fake = normal(1000, 4), 2 * normal(40, 1000, 4, seed=1)
    assert torch.tensor(distances(real, fake)).mean().item() == pytest.approx(3 * 3**2 / 4, rel=0.1)


def test_it_is_unbiased() -> None:
    estimates = torch.tensor(
        [distances(normal(20, 3, seed=s), normal(20, 3, seed=s + 999)) for s in range(400)]
    )
    assert abs(estimates.mean().item()) < 3 * estimates.std().item() / 20
    assert (estimates < 0).any()


def test_as_many_real_samples_as_generated_ones_count() -> None:
    real = torch.cat([normal(10, 3), normal(10, 3) + 100]).reshape(2, 10, 3).transpose(0, 1).reshape(20, 3)
    fake = normal(4, 3, seed=2)
    chosen = real[[0, 6, 13, 19]]
    assert distances(real, fake, samples=4) == pytest.approx([by_scikit_learn(chosen, fake)], rel=1e-5)


@settings(max_examples=25)
@given(seed=st.integers(0, 1000), rows=st.integers(2, 30))
def test_symmetry_order_and_neighbours(seed: int, rows: int) -> None:
    real, fake = normal(20, 5, seed=seed), normal(rows, 5, seed=seed + 1) + 1
    order = torch.randperm(rows, generator=torch.Generator().manual_seed(seed))
    alone = distances(real, fake)
    assert distances(fake, real) == pytest.approx(alone, abs=1e-5)
    together = distances(real, torch.stack([fake[order], fake * 3, fake]))
    assert together[::2] == pytest.approx(alone * 2, abs=1e-5)


def test_one_real_sample_has_no_pairs() -> None:
    with pytest.raises(UserError) as caught:
        score(Kid(), normal(1, 2), normal(1, 20, 2))
    assert caught.value.message == "kid: at least 2 samples are needed; there are 1000 generated and 1 real"
