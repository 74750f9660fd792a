"""Feature matching and the pulling-away term on features that are known."""

from functools import partial

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from gbench.errors import UserError
from gbench.testing import make_cohort, make_recipe, use
from tests.regularizers.plays import make_play, make_stage, regularizer, replicas_of, sides


def doubled(samples: Tensor) -> Tensor:
    """f(x) = 2x."""
    return 2 * samples


def total(samples: Tensor) -> Tensor:
    return samples.sum(-1)


play = partial(make_play, total, features=doubled)


def test_feature_matching_by_hand() -> None:
    """Means (1, 2) and (0, 0), doubled: 2² + 4² = 20, or (2 + 4)/2 = 3."""
    real = torch.tensor([[[0.0, 4.0], [2.0, 0.0]]])
    fake = torch.tensor([[[-3.0, 5.0], [3.0, -5.0]]])
    given = play(replicas=1, real=real, fake=fake, objective=torch.tensor([7.0]))
    added = {"weight": 0.5, "replaces": False}
    assert regularizer("feature-matching", **added).penalty(given).item() == 10
    assert regularizer("feature-matching", norm="absolute", **added).penalty(given).item() == 1.5
    assert (given.objective + regularizer("feature-matching").penalty(given)).item() == 20


@pytest.mark.parametrize("norm", ["squared", "absolute"])
def test_feature_matching_does_not_depend_on_the_batch_size_or_on_the_order(norm: str) -> None:
    given = play(batch=6)
    real, fake = sides(given)
    shuffled = play(real=real.flip(1).repeat(1, 3, 1), fake=fake.repeat(1, 2, 1))
    matching = regularizer("feature-matching", norm=norm)
    torch.testing.assert_close(matching.penalty(given), matching.penalty(shuffled))


@pytest.mark.parametrize("replaces", [True, False])
def test_feature_matching_in_the_generator_s_turn(replaces: bool) -> None:
    """Its objective and gradient by hand: the distance alone, or with the non-saturating loss."""
    matching = [use("regularizer", "feature-matching", replaces=replaces)]
    cohort = make_cohort(make_recipe(regularizers=matching))
    _, player = cohort.players
    batch = cohort.draw()
    generator, discriminator = cohort.networks["generator"], cohort.networks["discriminator"]
    fake = generator(batch["latent"])
    means = [discriminator.call("features", x).mean(1) for x in (batch["real"], fake)]
    expected = (means[0] - means[1]).square().sum(-1)
    if not replaces:
        expected = expected + nn.functional.softplus(-discriminator(fake)).mean(-1)
    torch.testing.assert_close(player.objective(batch), expected)
    by_hand = torch.autograd.grad(expected.sum(), player.parameters)
    for ours, theirs in zip(player.gradient(batch), by_hand, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("codes", "expected"), [(torch.eye(5), 0.0), (torch.ones(5, 3), 0.1)])
def test_pulling_away_of_orthogonal_and_of_equal_codes(codes: Tensor, expected: float) -> None:
    lengths = torch.arange(1, 6).view(1, 5, 1)
    value = regularizer("pulling-away").penalty(
        play(replicas=1, fake=lengths * codes[None], real=codes[None])
    )
    assert value.item() == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("batch", [2, 3, 11])
@pytest.mark.parametrize("replicas", [1, 3])
def test_pulling_away_against_numpy(batch: int, replicas: int) -> None:
    given = play(batch=batch, shape=(4,), replicas=replicas)
    values = regularizer("pulling-away", weight=1.0).penalty(given)
    for value, codes in zip(values.tolist(), sides(given)[1].detach().numpy(), strict=True):
        cosines = np.corrcoef(np.hstack([codes, -codes]))  # of vectors with mean zero: the cosines
        assert value == pytest.approx(np.mean(cosines[~np.eye(batch, dtype=bool)] ** 2))


def test_pulling_away_survives_dead_features() -> None:
    codes = torch.zeros(1, 4, 3, requires_grad=True)
    value = regularizer("pulling-away").penalty(play(replicas=1, fake=codes, real=codes))
    (slope,) = torch.autograd.grad(value.sum(), codes)
    assert value.item() == 0
    assert torch.equal(slope, torch.zeros_like(slope))


@pytest.mark.parametrize("name", ["feature-matching", "pulling-away"])
def test_they_refuse_the_discriminator_s_turn(name: str) -> None:
    with pytest.raises(UserError) as error:
        make_cohort(make_recipe(regularizers=[use("regularizer", name, on="discriminator")]))
    assert str(error.value) == (
        f"{name} acts in the generator's turn; `on: discriminator` is not it, drop `on`"
    )


@pytest.mark.parametrize("name", ["feature-matching", "pulling-away"])
def test_they_refuse_a_discriminator_without_features(name: str) -> None:
    parts = {"game": use("game", "dirac"), "model": None, "regularizers": [use("regularizer", name)]}
    with pytest.raises(UserError) as error:
        make_cohort(make_recipe(**parts))
    assert str(error.value) == (
        f"{name} looks at the discriminator's features, and this game's discriminator has none"
    )


def test_pulling_away_refuses_a_single_sample() -> None:
    judge = nn.Module()
    judge.features = nn.Linear(2, 2)
    stage = make_stage(networks={"discriminator": replicas_of(judge)}, batch_size=1)
    with pytest.raises(UserError) as error:
        regularizer("pulling-away").begin(stage)
    assert str(error.value) == (
        "pulling-away compares generated samples with each other; batch_size must be 2 or more"
    )
