import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency
from torch import Tensor

from gbench.errors import UserError
from gbench_metrics.ndb import Ndb

from .vectors import normal, score

KEYS = ["ndb-pixels-1k-train-5bins", "ndb-jsd-pixels-1k-train-5bins"]


def clusters(*counts: int) -> Tensor:
    """That many points around each of places that are far apart."""
    place = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
    return torch.stack([100.0 * place, 0 * place], 1) + 0.1 * normal(len(place), 2)


def values(real: Tensor, fake: Tensor, **options: float) -> list[list[float]]:
    scores = score(Ndb(bins=5, **options), real, fake)  # type: ignore[arg-type]
    assert list(scores) == KEYS
    return [list(row) for row in zip(*scores.values(), strict=True)]


REAL, FAKE = (100, 100, 100, 60, 40), (60, 100, 115, 60, 65)


@pytest.mark.parametrize("significance", [0.05, 0.001])
def test_it_agrees_with_scipy(significance: float) -> None:
    """The two-proportion z² is χ² of the table of two; the divergence is scipy's distance, squared."""
    tables = [[[a, 400 - a], [b, 400 - b]] for a, b in zip(REAL, FAKE, strict=True)]
    chances = [chi2_contingency(np.array(table), correction=False).pvalue for table in tables]
    expected = [np.mean(np.array(chances) < significance), jensenshannon(REAL, FAKE) ** 2]
    found = values(clusters(*REAL), clusters(*FAKE), significance=significance)[0]
    assert found == pytest.approx(expected, rel=1e-9)
    assert 0 < found[0] < 1


def test_the_number_of_samples_decides_what_is_significant() -> None:
    real = clusters(*REAL)
    few = values(real, clusters(*(count // 5 for count in FAKE)))[0]
    many = values(real, clusters(*(4 * count for count in FAKE)))[0]
    assert few[0] < values(real, clusters(*FAKE))[0][0] <= many[0]
    assert few[1] == pytest.approx(many[1])


def test_the_same_set_differs_nowhere() -> None:
    real = clusters(*REAL)
    assert values(real, real)[0] == [0.0, 0.0]


def test_collapse_to_one_of_five() -> None:
    """Shares ⅕ against 1: JS = ½ (log(1/0.6) + ⅕ log(⅕/0.6) + ⅘ log 2)."""
    real = clusters(80, 80, 80, 80, 80)
    expected = 0.5 * (math.log(1 / 0.6) + 0.2 * math.log(0.2 / 0.6) + 0.8 * math.log(2))
    assert values(real, real[:80].repeat(5, 1))[0] == pytest.approx([1.0, expected])


def test_a_perfect_generator_differs_in_about_one_of_twenty_bins() -> None:
    real, fakes = normal(5000, 2), normal(20, 1000, 2, seed=1)
    metric = Ndb(bins=20)
    share, divergence = (np.mean(rows) for rows in score(metric, real, fakes).values())
    assert 0.02 < share < 0.1
    assert divergence == pytest.approx(19 / 8 * (1 / 1000 + 1 / 5000), rel=0.15)


def test_too_few_different_samples_are_a_users_mistake() -> None:
    with pytest.raises(UserError) as error:
        values(normal(3, 2).repeat(50, 1), normal(50, 2))
    assert str(error.value) == "ndb: 5 bins need as many different real samples; there are 3"


def test_order_and_neighbours() -> None:
    real, fake = clusters(*REAL), clusters(*FAKE)
    alone = values(real, fake)[0]
    assert values(real, torch.stack([fake * 0, fake.flip(0), fake]))[1:] == [alone, alone]
