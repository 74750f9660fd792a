"""The bilinear game and rock-paper-scissors, apart from their dynamics."""

import pytest
import torch

from gbench.engine.cohort import Cohort
from gbench.testing import make_cohort, make_recipe, use
from gbench_games.rock_paper_scissors import outcomes


def make(game: str, **options: object) -> Cohort:
    return make_cohort(make_recipe(game=use("game", game, **options), model=None, loss=None))


def test_paper_wins_as_often_as_the_other_plays_rock() -> None:
    """With the discriminator at (.4, .3, .3) and the generator at (0, 1, 0)."""
    shares = outcomes(torch.tensor([0.0, 1.0, 0.0]), torch.tensor([0.4, 0.3, 0.3]))
    assert {name: share.item() for name, share in shares.items()} == pytest.approx(
        {"win": 0.4, "loss": 0.3, "draw": 0.3}
    )


@pytest.mark.parametrize("game", ["bilinear", "rock-paper-scissors"])
def test_the_players_objectives_add_up_to_zero(game: str) -> None:
    cohort = make(game, jitter=0.5)
    discriminator, generator = (player.objective(cohort.draw()) for player in cohort.players)
    torch.testing.assert_close(discriminator, -generator)
    assert (generator.abs() > 1e-3).all()


def test_rock_paper_scissors_pays_wins_less_losses() -> None:
    """The generator at (.6, .2, .2), the discriminator at (.2, .6, .2): .16 wins, .4 losses less."""
    cohort = make("rock-paper-scissors")
    objective = cohort.players[1].objective(cohort.draw())
    seen = cohort.game.observe(cohort.stage)
    torch.testing.assert_close(objective, seen["outcome/loss"] - seen["outcome/win"])
    win, loss = 0.6 * 0.2 + 0.2 * 0.2 + 0.2 * 0.6, 0.6 * 0.6 + 0.2 * 0.2 + 0.2 * 0.2
    torch.testing.assert_close(objective, torch.full((3,), loss - win))


@pytest.mark.parametrize(
    ("regularizer", "expected"),
    [
        # R1 is γ/2 ‖∇D‖², and ∇D is −y, or Aq
        ("bilinear", 3.0 / 2 * (2 * 0.5**2)),
        ("rock-paper-scissors", 3.0 / 2 * (0.4**2 + 0.4**2)),
    ],
)
def test_penalties_find_the_slope_of_the_linear_discriminator(regularizer: str, expected: float) -> None:
    options = {"dimensions": 2, "y": 0.5} if regularizer == "bilinear" else {}
    game = use("game", regularizer, **options)
    r1 = [use("regularizer", "zero-centered-penalty", weight=3.0)]
    with_r1, without = (
        make_cohort(make_recipe(game=game, model=None, loss=None, regularizers=regularizers))
        for regularizers in (r1, [])
    )
    objectives = [c.players[0].objective(c.draw()) for c in (with_r1, without)]
    torch.testing.assert_close(objectives[0] - objectives[1], torch.full((3,), expected))


@pytest.mark.parametrize("game", ["bilinear", "rock-paper-scissors"])
def test_replicas_may_start_apart(game: str) -> None:
    for jitter, starts in ((0.0, 1), (0.1, 3)):
        parameters = make(game, jitter=jitter).networks["generator"].parameters
        assert len(next(iter(parameters.values())).unique(dim=0)) == starts
