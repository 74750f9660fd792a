"""What a look does for every game: no component is left out, and what is played changes nothing."""

from dataclasses import dataclass

import pytest
import torch

from gbench.api import Batch, Play, Stage
from gbench.engine.rehearsal import check_asked
from gbench.errors import UserError
from gbench.testing import make_cohort, make_recipe, use
from tests.engine.small_games import Blind, Pair, TwoCritics, parameters, playing


def asked(cohort) -> None:
    """As the rehearsal does."""
    for player in cohort.players:
        player.step(player.gradient(cohort.draw()))
    check_asked(cohort)


@pytest.mark.parametrize(
    ("name", "on", "hook"), [("instance-noise", "discriminator", "perturb"), ("top-k", "generator", "weigh")]
)
def test_a_regularizer_that_no_turn_asks_is_refused(name: str, on: str, hook: str) -> None:
    with pytest.raises(UserError) as error:
        asked(playing(Blind(), regularizers=[use("regularizer", name)]))
    assert str(error.value) == (
        f"{name} on {on} would have no effect: no turn of game pair asks for its {hook}; "
        "drop it, or set its `on` to another network"
    )
    asked(playing(Pair(), regularizers=[use("regularizer", name)]))


def test_a_loss_that_no_turn_asks_is_refused() -> None:
    with pytest.raises(UserError) as error:
        asked(playing(Blind()))
    assert str(error.value) == ("loss non-saturating would have no effect: no turn of game pair asks for it")


def test_a_penalty_without_a_look_says_what_is_missing() -> None:
    cohort = playing(Blind(), regularizers=[use("regularizer", "drift")])
    with pytest.raises(UserError) as error:
        cohort.round()
    assert str(error.value) == "this turn has no look by discriminator; it takes none"


def test_two_critics_train_differently_under_top_k() -> None:
    """The discriminators' first step is the same, the generator's is not."""
    plain, weighed = (
        playing(TwoCritics(), regularizers=chosen, optimizer=use("optimizer", "sgd", lr=0.1))
        for chosen in ([], [use("regularizer", "top-k")])
    )
    for cohort in (plain, weighed):
        cohort.stage.progress.fill_(1.0)
        for player in cohort.players:
            player.step(player.gradient(cohort.draw()))
    theirs = parameters(weighed)
    for name, value in parameters(plain).items():
        assert torch.equal(value, theirs[name]) == (not name.startswith("generator"))


def test_a_regularizer_acts_on_the_critic_that_it_names() -> None:
    clean, noisy = (
        playing(TwoCritics(), regularizers=chosen)
        for chosen in ([], [use("regularizer", "instance-noise", on="second", start=1.0)])
    )
    seen = []
    for cohort in (clean, noisy):
        with cohort.stage.playing(frozenset({"discriminator", "second"}), coupled=False):
            seen.append(cohort.players[0].turn.play(cohort.draw()).looks)
    assert torch.equal(seen[0]["discriminator"].real_seen[0], seen[1]["discriminator"].real_seen[0])
    assert not torch.allclose(seen[0]["second"].real_seen[0], seen[1]["second"].real_seen[0])


def test_both_sides_are_leaves_in_a_discriminator_s_turn_alone() -> None:
    cohort = make_cohort()
    batch = cohort.draw()
    looks = []
    for player in cohort.players:
        with cohort.stage.playing(player.moving, coupled=False):
            looks.append(player.turn.play(batch).look("discriminator"))
    judging, deceiving = looks
    for [seen] in (judging.real_seen, judging.fake):
        assert seen.is_leaf
        assert seen.requires_grad
    assert not deceiving.fake[0].is_leaf
    assert deceiving.real is None
    with pytest.raises(UserError) as error:
        deceiving.real_seen  # noqa: B018
    assert str(error.value) == (
        "a component looks at real samples in a turn in which discriminator sees none; set its `on`"
    )


def test_memory_is_untouched_until_a_step() -> None:
    """Of a regularizer (LeCam's averages) and of a loss (BEGAN's errors)."""
    lecam = make_cohort(make_recipe(regularizers=[use("regularizer", "lecam", warmup=0.0)]))
    began = make_cohort(
        make_recipe(
            model=use("model", "autoencoder", width=8), loss=use("loss", "boundary-equilibrium", rate=0.5)
        )
    )
    for cohort, component in ((lecam, lecam.regularizers[0]), (began, began.stage.loss)):
        player, before = cohort.players[0], {k: v.clone() for k, v in component.memory.items()}
        batch = cohort.draw()
        for _ in range(2):
            player.objective(batch)
            gradients = player.gradient(batch)
            assert all(torch.equal(value, before[key]) for key, value in component.memory.items())
        player.step(gradients)
        assert not torch.equal(component.memory["real"], before["real"])


@dataclass(kw_only=True)
class Unseeing(Pair):
    def discriminator_turn(self, stage: Stage, batch: Batch) -> Play:
        look = stage.look(None, stage.frozen("generator", batch["latent"]))
        return Play(look.discriminator(), {"discriminator": look})


def test_a_discriminator_that_moves_sees_real_samples() -> None:
    cohort = playing(Unseeing())
    with pytest.raises(UserError) as error:
        cohort.round()
    assert str(error.value) == "discriminator moves in a turn in which it sees no real samples"
