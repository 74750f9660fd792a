import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist
from torch import Tensor

from gbench.errors import UserError
from gbench_metrics import _neighbours
from gbench_metrics.authenticity import Authenticity
from gbench_metrics.birthday_paradox import BirthdayParadox
from gbench_metrics.data_copying import DataCopying

from .vectors import normal, score


def authentic(real: Tensor, fake: Tensor) -> list[float]:
    return score(Authenticity(), real, fake)["authenticity-pixels-1k-train"]


def copied(real: Tensor, fake: Tensor, test: Tensor, **options: int) -> list[float]:
    return score(DataCopying(**options), real, fake, test)["data-copying-pixels-1k"]  # type: ignore[arg-type]


def paradox(real: Tensor, fake: Tensor, **options: float) -> dict[str, list[float]]:
    support, duplicates = score(BirthdayParadox(**options), real, fake).values()  # type: ignore[arg-type]
    return {"support": support, "duplicates": duplicates}


def test_names_say_the_protocol() -> None:
    assert BirthdayParadox().names() == ["support-pixels-1k-train", "duplicates-pixels-1k-train"]


def test_authenticity_by_whole_matrices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_neighbours, "BLOCK", 7 * 80)
    real, fake = normal(80, 3), normal(50, 3, seed=1)
    within, between = cdist(real, real), cdist(fake, real)
    np.fill_diagonal(within, np.inf)
    expected = (between.min(1) > within.min(1)[between.argmin(1)]).mean()
    assert 0 < expected < 1
    assert authentic(real, fake) == pytest.approx([expected])


def test_copies_are_not_authentic_and_far_samples_are() -> None:
    real = normal(100, 5)
    assert authentic(real, real.flip(0)) == [0.0]
    assert authentic(real.repeat(2, 1), real) == [0.0]
    assert authentic(real, real + 100) == [1.0]


@pytest.mark.parametrize(
    ("columns", "share"), [(1, 1 / 3), (2, 1 - 6 * math.pi / (8 * math.pi + 3 * math.sqrt(3)))]
)
def test_new_samples_are_authentic_unless_each_others_nearest(columns: int, share: float) -> None:
    generator = torch.Generator().manual_seed(0)
    real, fake = (torch.rand(4000, columns, generator=generator) for _ in range(2))
    assert authentic(real, fake) == pytest.approx([share], abs=0.03)


def mann_whitney(train: Tensor, fake: Tensor, test: Tensor) -> float:
    """Z of one cell, by counting pairs."""
    near_fake, near_test = (cdist(x, train).min(1) for x in (fake, test))
    m, n = len(fake), len(test)
    above = (near_fake[:, None] > near_test).sum() + 0.5 * (near_fake[:, None] == near_test).sum()
    return (above - m * n / 2) / math.sqrt(m * n * (m + n + 1) / 12)


def test_data_copying_is_the_mean_over_cells_by_test_samples() -> None:
    sizes = ((60, 40, 30), (50, 10, 30), (40, 25, 19))  # of train, test and generated samples of a cell
    cells = [
        [normal(size, 2, seed=3 * c + s) + 100 * c for s, size in enumerate(of)] for c, of in enumerate(sizes)
    ]
    train, test, fake = (torch.cat([cell[part] for cell in cells]) for part in range(3))
    z = [mann_whitney(cell[0], cell[2], cell[1]) for cell in cells]
    assert copied(train, fake, test, cells=3) == pytest.approx([(40 * z[0] + 10 * z[1]) / 50])
    assert copied(train, fake, test, cells=3, least=19) == pytest.approx(
        [(40 * z[0] + 10 * z[1] + 25 * z[2]) / 75]
    )


def test_data_copying_tells_copies_from_new_samples_and_from_noise() -> None:
    train, test = normal(1000, 4), normal(400, 4, seed=1)
    fake = torch.stack([train[:400] + 0.01, normal(400, 4, seed=2), 3 * normal(400, 4, seed=3)])
    copies, new, noise = copied(train, fake, test, cells=4)
    assert copies < -3
    assert abs(new) < 3
    assert noise > 3


def test_data_copying_of_copies_of_constant_images_is_zero() -> None:
    assert copied(torch.ones(50, 3), torch.ones(50, 3), torch.ones(50, 3)) == [0.0]


def test_data_copying_without_enough_samples_is_not_known() -> None:
    train = normal(50, 2)
    assert math.isnan(copied(train, normal(19, 2), train, cells=1)[0])
    with pytest.raises(UserError) as error:
        copied(normal(9, 2), train, train)
    assert str(error.value) == "data-copying: 10 cells need as many training samples, not 9"


def test_birthdays() -> None:
    """23 people share a birthday with probability 0.5073; so many have 365 days."""
    days = torch.arange(365.0)[:, None]
    born = days[torch.randint(365, (100, 230), generator=torch.Generator().manual_seed(0))]
    found = paradox(days, born, batch=23)
    assert np.mean(found["duplicates"]) == pytest.approx(0.5073, abs=0.04)
    assert 1 / np.mean(1 / np.array(found["support"])) == pytest.approx(365, rel=0.03)


def test_pairs_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_neighbours, "BLOCK", 12)
    people = torch.tensor([1.0, 2, 3, 1, 5, 6, 1, 8, 8])[:, None]
    found = paradox(torch.arange(20.0)[:, None], people, batch=4, samples=9)
    assert found == {"support": [36 / 4], "duplicates": [1 / 2]}


def test_duplicates_are_nearer_than_a_part_of_the_real_distance() -> None:
    real = torch.arange(4.0)[:, None]
    fake = torch.tensor([0.0, 0.2, 5.0, 9.0])[:, None]
    options = {"batch": 2, "samples": 4}
    assert paradox(real, fake, closeness=0.19, **options) == {"support": [6.0], "duplicates": [0.0]}
    assert paradox(real, fake, closeness=0.21, **options) == {"support": [6.0], "duplicates": [0.5]}


def test_without_duplicates_the_support_is_what_can_be_seen() -> None:
    fake = torch.arange(100.0)[:, None]
    assert paradox(fake, fake) == {"support": [100 * 99 / 2], "duplicates": [0.0]}


def test_constant_images_are_one() -> None:
    found = paradox(torch.ones(100, 3), torch.full((100, 3), 0.1))
    assert found == {"support": [1.0], "duplicates": [1.0]}


def test_a_batch_of_more_than_all_is_a_users_mistake() -> None:
    with pytest.raises(UserError) as error:
        paradox(normal(10, 2), normal(10, 2), batch=50, samples=10)
    assert str(error.value) == "birthday-paradox: a batch of 50 is more than the 10 samples"


def test_one_sample_far_away_makes_no_duplicates_of_the_others() -> None:
    fake = normal(1, 200, 2, seed=1)
    fake[0, 0] = 1e6
    support, duplicates = score(BirthdayParadox(), normal(1000, 2), fake).values()
    assert (support[0] > 1000, duplicates[0] < 0.5) == (True, True)
