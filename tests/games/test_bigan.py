"""BiGAN: which side moves whom, its value where D knows nothing, and penalties on pairs."""

import math
from functools import partial

import pytest
import torch

from gbench.engine.batch import Batch
from gbench.errors import UserError
from gbench.plugins import load_registry
from gbench.testing import make_cohort, make_recipe, points, use
from tests.games.playing import moves, play, silence, small


def test_a_real_pair_moves_the_encoder_and_a_generated_one_the_generator() -> None:
    cohort = small("bigan")
    [look] = play(cohort, "generator").looks.values()
    assert moves(cohort, look.real_scores) == {"encoder", "discriminator"}
    assert moves(cohort, look.fake_scores) == {"generator", "discriminator"}


def test_the_discriminator_moves_alone() -> None:
    cohort = small("bigan")
    assert moves(cohort, play(cohort, "discriminator").objective) == {"discriminator"}


@pytest.mark.parametrize("turn", ["discriminator", "generator"])
def test_where_the_discriminator_knows_nothing_both_losses_are_two_log_two(turn: str) -> None:
    cohort = small("bigan")
    silence(cohort, "discriminator")
    torch.testing.assert_close(play(cohort, turn).objective, torch.full((2,), 2 * math.log(2)))


def test_the_generators_objective_is_the_discriminators_with_the_sides_exchanged() -> None:
    cohort = small("bigan")
    done = play(cohort, "generator")
    [look] = done.looks.values()
    real, fake = look.real_scores, look.fake_scores
    expected = torch.log1p(real.exp()).mean(-1) + torch.log1p((-fake).exp()).mean(-1)
    torch.testing.assert_close(done.objective, expected)


def test_r1_is_the_squared_gradient_with_respect_to_both_parts_of_a_pair() -> None:
    """Against central differences in float64: 2 coordinates of the point and 3 of its code."""
    registry = load_registry()
    model = use("model", "mlp", latents=3, width=8, activation="tanh")
    cohort = make_cohort(make_recipe(game=use("game", "bigan"), model=model), points(), range(2))
    for network in cohort.networks.values():
        network.parameters = {
            name: p.detach().double().requires_grad_() for name, p in network.parameters.items()
        }
    drawn = cohort.draw()
    fields = {name: partial(torch.Tensor.double, drawn[name]) for name in ("real", "latent")}
    done = play(cohort, "discriminator", Batch(fields))
    [look] = done.looks.values()
    r1 = registry.create(use("regularizer", "zero-centered-penalty", weight=2.0), "regularizer")
    step, total = 1e-5, torch.zeros(2, dtype=torch.float64)
    with torch.no_grad():
        for part, of in enumerate(look.real_seen):
            for coordinate in range(of.shape[-1]):
                scores = []
                for sign in (1, -1):
                    seen = [x.clone() for x in look.real_seen]
                    seen[part][..., coordinate] += sign * step
                    scores.append(look.score(*seen))
                total += ((scores[0] - scores[1]) / (2 * step)).square().mean(-1)
    torch.testing.assert_close(r1.penalty(done).detach(), total, rtol=1e-7, atol=0)


def test_it_wants_a_loss_of_scores() -> None:
    cohort = small("bigan", loss=use("loss", "mmd"))
    with pytest.raises(UserError) as caught:
        cohort.round()
    assert caught.value.message == (
        "loss mmd takes features, but a game whose players move both sides needs a loss that takes scores, "
        "such as non-saturating"
    )


def test_it_refuses_a_regularizer_that_hides_the_pairs() -> None:
    with pytest.raises(UserError, match="around the discriminator takes no pairs; drop the regularizer"):
        small("bigan", regularizers=[use("regularizer", "minibatch-discrimination")])


def test_it_encodes_and_reconstructs() -> None:
    cohort = small("bigan")
    samples = torch.zeros(2, 5, 1, 8, 8)
    codes = cohort.inference.ask("encode", samples)
    assert codes is not None
    assert codes.shape == (2, 5, 3)
    made = cohort.inference.ask("reconstruct", samples)
    torch.testing.assert_close(made, cohort.inference.generate({"latent": codes}))
