"""Labels of the sigmoid losses: smoothed, softened, flipped."""

import math
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from gbench.api import Loss
from gbench.testing import make_cohort, make_recipe, use

from .making import LOSSES, REGISTRY, loss, scores

SIGMOID_LOSSES = [
    name for name in LOSSES if "real_target" in REGISTRY.describe(REGISTRY.find("loss", name)).options
]
RANDOM = {"real_target": 0.9, "soft_labels": 0.05, "label_noise": 0.1}
SCORE = 1.0


def begun(replicas: range = range(3), **options: float) -> Loss:
    """A loss with the streams of these replicas."""
    recipe = make_recipe(loss=use("loss", "non-saturating", **options))
    return make_cohort(recipe, replicas=replicas).stage.loss


def labels(objective: Loss, side: str, batch: int = 20_000) -> Tensor:
    """The labels that were drawn, `[R, B]`: cross-entropy is sp(a) − t·a."""
    constant = torch.full((3, batch), SCORE)
    losses = getattr(objective, f"against_{side}")(constant)
    return (F.softplus(constant) - losses) / SCORE


def test_every_sigmoid_loss_is_here() -> None:
    relativistic = {"relativistic", "relativistic-average"}
    assert {"minimax", "non-saturating", "boundary-seeking"} | relativistic <= set(SIGMOID_LOSSES)


@pytest.mark.parametrize("name", ["minimax", "non-saturating", "boundary-seeking"])
def test_targets_are_those_of_torchs_cross_entropy(name: str) -> None:
    real, fake = scores()
    expected = F.binary_cross_entropy_with_logits(real, torch.full_like(real, 0.9), reduction="none")
    expected += F.binary_cross_entropy_with_logits(fake, torch.full_like(fake, 0.2), reduction="none")
    actual = loss(name, real_target=0.9, fake_target=0.2).discriminator(real, fake)
    torch.testing.assert_close(actual, expected.mean(-1))


def test_targets_of_the_relativistic_losses_are_those_of_the_comparison() -> None:
    real, fake = scores()
    lead = real - fake
    expected = F.binary_cross_entropy_with_logits(lead, torch.full_like(lead, 0.9), reduction="none")
    actual = loss("relativistic", real_target=0.9, fake_target=0.1).discriminator(real, fake)
    torch.testing.assert_close(actual, expected.mean(-1))


@pytest.mark.parametrize("name", SIGMOID_LOSSES)
def test_the_generator_is_told_the_plain_truth(name: str) -> None:
    real, fake = scores()
    expected = loss(name).generator(real, fake)
    assert torch.equal(loss(name, **RANDOM).generator(real, fake), expected)


def test_as_many_labels_are_flipped_as_told() -> None:
    objective = begun(label_noise=0.05, real_target=0.9)
    for side, target, other in (("real", 0.9, 0.0), ("fake", 0.0, 0.9)):
        drawn = labels(objective, side)
        flipped = (drawn - other).abs() < 1e-5
        assert (flipped | ((drawn - target).abs() < 1e-5)).all()
        error = math.sqrt(0.05 * 0.95 / drawn.shape[1])
        torch.testing.assert_close(flipped.float().mean(-1), torch.full((3,), 0.05), rtol=0, atol=4 * error)


def test_soft_labels_are_uniform_around_the_target() -> None:
    drawn = labels(begun(soft_labels=0.25, real_target=0.95), "real")
    assert drawn.min() > 0.7 - 1e-5
    assert drawn.max() < 1.2 + 1e-5
    deviation = 0.25 / math.sqrt(3)
    error = 4 * deviation / math.sqrt(drawn.shape[1])
    torch.testing.assert_close(drawn.mean(-1), torch.full((3,), 0.95), rtol=0, atol=error)
    torch.testing.assert_close(drawn.std(-1), torch.full((3,), deviation), rtol=0.02, atol=0)


def test_what_random_labels_cost_is_what_their_mean_costs() -> None:
    """Cross-entropy is linear in the label: flips with probability η are a target of (1 − η)α + ηβ."""
    real, fake = (x.float() for x in scores(batch=20_000))
    objective = begun(label_noise=0.1, soft_labels=0.2, real_target=0.9)
    expected = loss("non-saturating", real_target=0.81, fake_target=0.09).discriminator(real, fake)
    torch.testing.assert_close(objective.discriminator(real, fake), expected, rtol=0, atol=0.02)


def test_a_replicas_labels_are_its_own() -> None:
    real, fake = (x.float() for x in scores())
    together, again = begun(**RANDOM).discriminator(real, fake), begun(**RANDOM).discriminator(real, fake)
    alone = begun(range(1, 2), **RANDOM).discriminator(real[1:2], fake[1:2])
    assert torch.equal(together, again)
    assert torch.equal(alone[0], together[1])
    drawn = labels(begun(**RANDOM), "real")
    assert (drawn[0] != drawn[1]).any()


def test_every_turn_draws_new_labels() -> None:
    objective = begun(**RANDOM)
    assert not torch.equal(labels(objective, "real"), labels(objective, "real"))


@pytest.mark.parametrize("name", SIGMOID_LOSSES)
def test_random_labels_train_alike_in_both_modes_and_resume(name: str) -> None:
    # a common shift of all scores means nothing to relativistic losses: Adam would make steps of rounding
    sgd = use("optimizer", "sgd", lr=0.1)
    recipe = make_recipe(loss=use("loss", name, **RANDOM), optimizer=sgd)
    whole, halves, looped = make_cohort(recipe), make_cohort(recipe), make_cohort(recipe, mode="loop")
    plain = make_cohort(make_recipe(loss=use("loss", name), optimizer=sgd))
    resumed = make_cohort(recipe)
    for _ in range(2):
        for cohort in (whole, halves, looped, plain):
            cohort.round()
    resumed.load_state(halves.state())
    ends = [cohort.round() for cohort in (whole, resumed, looped, plain)]
    latest: dict[str, Any] = ends[0]
    assert all(torch.equal(value, ends[1][key]) for key, value in latest.items())
    torch.testing.assert_close(latest, ends[2], rtol=1e-4, atol=1e-5)
    assert not torch.equal(latest["objective/discriminator"], ends[3]["objective/discriminator"])
