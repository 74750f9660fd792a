"""Regularizers on networks that no built-in game has."""

import pytest
import torch

from gbench.errors import UserError
from gbench.testing import use
from tests.engine.small_games import TwoCritics, playing

PENALTIES = ["gradient-penalty", "dragan", "zero-centered-penalty", "drift", "consistency", "lecam"]


@pytest.mark.parametrize("name", PENALTIES)
def test_a_penalty_judges_by_the_look_of_its_own_network(name: str) -> None:
    """The other critic's gradient stays that of the plain game, the own one's does not."""
    options = {"warmup": 0.0} if name == "lecam" else {}
    chosen = [use("regularizer", name, on="second", **options)]
    plain, penalised = playing(TwoCritics()), playing(TwoCritics(), regularizers=chosen)
    gradients = [cohort.players[0].gradient(cohort.draw()) for cohort in (plain, penalised)]
    names = plain.players[0].names
    assert {network for network, _ in names} == {"discriminator", "second"}
    changed = {
        network
        for (network, _), ours, theirs in zip(names, *gradients, strict=True)
        if not torch.equal(ours, theirs)
    }
    assert changed == {"second"}


@pytest.mark.parametrize("name", PENALTIES)
def test_a_penalty_refuses_what_judges_nothing(name: str) -> None:
    with pytest.raises(UserError) as error:
        playing(TwoCritics(), regularizers=[use("regularizer", name, on="generator")])
    assert str(error.value) == (
        f"{name} is a penalty on the discriminator; `on: generator` leaves it nothing to move, drop `on`"
    )


def test_a_network_that_the_game_has_not_is_refused() -> None:
    with pytest.raises(UserError) as error:
        playing(TwoCritics(), regularizers=[use("regularizer", "drift", on="secnd")])
    assert str(error.value) == "drift acts on 'secnd', which the game has not; did you mean 'second'?"
