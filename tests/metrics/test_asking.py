"""Metrics of what games do besides sampling, of answers whose error is known."""

import math

import pytest
import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.errors import UserError
from gbench.evaluation.evaluator import Evaluator
from gbench.evaluation.metric import Metric
from gbench.evaluation.samples import Ask
from gbench.plugins import load_registry
from gbench.testing import domains, use

FAKE = torch.zeros(2, 64, 1, 8, 8)
CORNERS = torch.tensor([[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]])


def metric(name: str, **options: object) -> Metric:
    made: Metric = load_registry().create(use("metric", name, **options), "metric")
    return made


def measure(name: str, data: Data, fake: Tensor, ask: Ask | None) -> list[float]:
    evaluator = Evaluator(data, [metric(name, samples=64)], {})
    for each in evaluator.metrics:
        each.fit(evaluator.reference)
    return evaluator.measure(fake, ask=ask)[f"{name}-64"]


def test_the_right_map_has_no_error_and_each_replica_its_own() -> None:
    """The kit's domains are negatives of each other; the second replica is off by half everywhere."""

    def ask(verb: str, samples: Tensor) -> Tensor:
        assert verb == "translate"
        return -samples + torch.tensor([0.0, 0.5]).view(2, 1, 1, 1, 1)

    assert measure("translation-error", domains(), FAKE, ask) == pytest.approx([0, 0.5])


def test_doing_nothing_costs_the_mean_distance_of_the_domains() -> None:
    data = domains()
    expected = (data.test["source"] - data.test["real"]).abs().mean().item()
    found = measure("translation-error", data, FAKE, lambda verb, samples: samples)
    assert found == pytest.approx([expected, expected])


def corners() -> Data:
    return Data(train={"real": CORNERS}, test={"real": CORNERS})


def test_a_perfect_reconstruction_has_ratio_zero() -> None:
    found = measure("reconstruction-ratio", corners(), torch.zeros(2, 64, 2), lambda verb, samples: samples)
    assert found == [0, 0]


def test_reconstructions_that_are_all_the_same_have_ratio_one() -> None:
    found = measure(
        "reconstruction-ratio", corners(), torch.zeros(1, 64, 2), lambda _, x: torch.zeros_like(x)
    )
    assert found == pytest.approx([1])


def test_the_ratio_of_three_corners() -> None:
    """The last two are taken for each other: 0, 4 and 4 from their own, 3, 5, 3, 0, 5 and 0 from others."""

    def ask(verb: str, samples: Tensor) -> Tensor:
        assert verb == "reconstruct"
        return samples[:, [0, 2, 1]]

    found = measure("reconstruction-ratio", corners(), torch.zeros(1, 64, 2), ask)
    assert found == pytest.approx([(8 / 3) / (16 / 6)])


def test_a_replica_that_diverged_asks_for_nothing() -> None:
    fake = FAKE.clone()
    fake[0, 0] = math.nan
    found = measure("translation-error", domains(), fake, lambda verb, samples: -samples)
    assert math.isnan(found[0])
    assert found[1] == 0


@pytest.mark.parametrize("ask", [None, lambda verb, samples: None])
def test_a_game_without_the_verb_is_an_error_and_no_number(ask: Ask | None) -> None:
    with pytest.raises(UserError) as caught:
        measure("translation-error", domains(), FAKE, ask)
    assert caught.value.message == (
        "a metric asks the game to translate, which it does not; name the verb in `asks`"
    )
