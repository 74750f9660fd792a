import pytest
import torch
from torch import Tensor

from gbench.errors import UserError
from gbench_metrics.fd_infinity import FdInfinity
from gbench_metrics.frechet_distance import FrechetDistance

from .vectors import normal, score, whitened


def distances(real: Tensor, fake: Tensor, **options: int) -> list[float]:
    [values] = score(FdInfinity(**options), real, fake).values()  # type: ignore[arg-type]
    return values


def test_its_name_says_the_protocol() -> None:
    assert FdInfinity().names() == ["fd-infinity-pixels-1k-train"]


def test_a_line_in_one_over_n_is_followed_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def line(self: FrechetDistance, fake: Tensor) -> Tensor:
        return fake.new_tensor(3 + 700 / len(fake), dtype=torch.float64)

    monkeypatch.setattr(FrechetDistance, "compare", line)
    assert distances(normal(50, 2), normal(500, 2)) == pytest.approx([3.0])


def test_it_has_no_bias_of_few_samples() -> None:
    """A perfect generator scores 0, not d (d + 5) / 4N = 0.018, and a shift of 1 in 4 dimensions 4."""
    fake = normal(30, 500, 4, seed=1)
    plain = torch.tensor(score(FrechetDistance(), whitened(5000, 4), fake)["fd-pixels-1k-train"])
    found = torch.tensor(distances(whitened(5000, 4), fake))
    assert plain.mean().item() == pytest.approx(4 * 9 / (4 * 500), rel=0.2)
    assert found.mean().item() == pytest.approx(0.0, abs=0.005)
    assert torch.tensor(distances(whitened(5000, 4), fake + 1)).mean().item() == pytest.approx(4.0, abs=0.05)


def test_it_is_the_same_every_time_and_for_each_replica() -> None:
    real, fake = normal(300, 3), normal(100, 3, seed=1)
    together = distances(real, torch.stack([2 * fake, fake]))
    assert together[1:] == distances(real, fake)


def test_a_replica_that_is_not_finite_is_nan_alone() -> None:
    fake = normal(2, 100, 3)
    fake[0, 5, 1] = torch.nan
    broken, whole = distances(normal(300, 3, seed=1), fake)
    assert broken != broken
    assert whole == whole


def test_too_few_samples_are_a_users_mistake() -> None:
    with pytest.raises(UserError) as error:
        distances(normal(50, 2), normal(19, 2), samples=19)
    assert str(error.value) == "fd-infinity: needs at least 20 samples; there are 19"
