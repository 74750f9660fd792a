"""Packing: shapes, contents, and what a pack is to a penalty."""

import pytest
import torch

from gbench.engine.cohort import Cohort
from gbench.errors import UserError
from gbench.testing import images, make_cohort, make_recipe, points, use
from tests.regularizers.plays import regularizer, seen_of


def packed(m: int, **changes: object) -> Cohort:
    return make_cohort(make_recipe(regularizers=[use("regularizer", "packing", m=m)], **changes))


def test_points_are_joined_in_order() -> None:
    cohort = packed(2)
    samples = torch.arange(3 * 8 * 2.0).view(3, 8, 2)
    seen = seen_of(cohort, samples)
    assert seen.shape == (3, 4, 4)
    for pack in range(4):
        expected = torch.cat([samples[:, 2 * pack], samples[:, 2 * pack + 1]], dim=-1)
        assert torch.equal(seen[:, pack], expected)


def test_images_are_stacked_as_channels() -> None:
    chosen = [use("regularizer", "packing", m=4)]
    cohort = make_cohort(make_recipe(regularizers=chosen), images(channels=3))
    samples = torch.randn(3, 8, 3, 8, 8)
    seen = seen_of(cohort, samples)
    assert seen.shape == (3, 2, 12, 8, 8)
    assert torch.equal(seen[:, 1, 3:6], samples[:, 5])


def test_only_the_discriminator_s_first_layer_grows() -> None:
    plain, cohort = make_cohort(), packed(4)
    shapes = [
        {name: tuple(p.shape) for name, p in c.networks["discriminator"].parameters.items()}
        for c in (plain, cohort)
    ]
    grown = {name for name in shapes[0] if shapes[0][name] != shapes[1][name]}
    assert [(shapes[0][name], shapes[1][name]) for name in grown] == [((3, 16, 2), (3, 16, 8))]
    assert {k: v.shape for k, v in cohort.networks["generator"].parameters.items()} == {
        k: v.shape for k, v in plain.networks["generator"].parameters.items()
    }


@pytest.mark.parametrize("turn", ["discriminator", "generator"])
def test_a_turn_scores_packs(turn: str) -> None:
    """B/m scores: those of the discriminator on the samples put side by side."""
    cohort = packed(2, loss=use("loss", "non-saturating"))
    player = next(player for player in cohort.players if player.name == turn)
    batch = cohort.draw()
    with cohort.stage.playing(player.moving, coupled=False):
        play = player.turn.play(batch)
        [seen] = play.look("discriminator").fake
    fake = cohort.networks["generator"](batch["latent"]).reshape(3, 4, 4)
    torch.testing.assert_close(seen, fake)
    scores = cohort.networks["discriminator"](fake)
    assert scores.shape == (3, 4)
    if turn == "generator":
        expected = torch.nn.functional.softplus(-scores).mean(-1)
        torch.testing.assert_close(play.objective, expected)


@pytest.mark.parametrize("m", [1, 2, 4])
def test_the_norm_of_a_gradient_is_over_the_pack(m: int) -> None:
    """Of D = Σ x over a pack of m points in the plane it is √(2m): the penalty is 10 (√(2m) − 1)²."""
    cohort = packed(m)
    with cohort.stage.playing(frozenset({"discriminator"}), coupled=False):
        play = cohort.players[0].turn.play(cohort.draw())
    play.look("discriminator").judge = lambda samples: samples.sum(-1)
    values = regularizer("gradient-penalty").penalty(play)
    torch.testing.assert_close(values, torch.full((3,), 10 * ((2 * m) ** 0.5 - 1) ** 2))


def test_packs_of_one_are_the_plain_gan_bit_for_bit() -> None:
    plain, cohort = make_cohort(), packed(1)
    for _ in range(5):
        plain.round()
        cohort.round()
    for name, network in plain.networks.items():
        for key, value in network.parameters.items():
            assert torch.equal(value, cohort.networks[name].parameters[key])


def test_single_samples_have_no_score() -> None:
    assert packed(2).inference.scores_of(torch.randn(3, 8, 2)) is None
    assert packed(1).inference.scores_of(torch.randn(3, 8, 2)) is not None


@pytest.mark.parametrize(
    ("m", "batch", "text"),
    [
        (4, 30, "batch_size 30 is not a multiple of packing's m 4; use 28 or 32"),
        (4, 3, "batch_size 3 is not a multiple of packing's m 4; use 4"),
    ],
)
def test_a_batch_that_cannot_be_packed_is_refused(m: int, batch: int, text: str) -> None:
    budget = {"steps": 10, "batch_size": batch, "measurements": 1}
    with pytest.raises(UserError) as caught:
        packed(m, budget=budget)
    assert str(caught.value) == text


def test_a_game_without_data_is_refused() -> None:
    recipe = make_recipe(game=use("game", "dirac"), model=None, regularizers=[use("regularizer", "packing")])
    with pytest.raises(UserError) as caught:
        make_cohort(recipe, points())
    assert str(caught.value) == "packing needs a game that shows its discriminator samples of a data set"


def test_labels_are_refused() -> None:
    cohort = packed(2)
    cohort.stage.told = ("label",)
    with pytest.raises(UserError) as caught:
        cohort.regularizers[0].begin(cohort.stage)
    assert str(caught.value) == "packing takes no model that is given a label with each sample"
