"""VAE-GAN: who is moved by what, its gates, and what it reconstructs."""

import pytest
import torch

from gbench.errors import UserError
from gbench.testing import use
from gbench_games.vae_gan import gates
from tests.games.playing import moves, play, silence, small


def test_the_adversary_gives_the_encoder_no_gradient() -> None:
    cohort = small("vae-gan", options={"gamma": 0.5})
    assert moves(cohort, play(cohort, "generator").objective) == {"generator", "discriminator"}
    done = play(cohort, "encoder")
    assert not done.looks
    torch.testing.assert_close(done.objective, done.curves["divergence"] + done.curves["reconstruction"])
    assert "encoder" in moves(cohort, done.objective)


def test_the_reconstruction_gives_the_discriminator_no_gradient() -> None:
    cohort = small("vae-gan", options={"gamma": 0.5})
    done = play(cohort, "discriminator")
    [look] = done.looks.values()
    assert moves(cohort, done.objective) == {"discriminator"}
    torch.testing.assert_close(done.objective, look.discriminator())


@pytest.mark.parametrize("gamma", [0.0, 0.25, 1.0])
def test_gamma_weighs_reconstruction_against_the_adversary(gamma: float) -> None:
    cohort = small("vae-gan", options={"gamma": gamma})
    silence(cohort, "discriminator")
    objective = play(cohort, "generator").objective
    cohort_of_errors = small("vae-gan", options={"gamma": 1.0})
    error = play(cohort_of_errors, "generator").objective
    torch.testing.assert_close(objective, gamma * error + (1 - gamma) * torch.full((2,), 2.0).log())


def test_it_sees_samples_and_reconstructions_half_each() -> None:
    cohort = small("vae-gan")
    [look] = play(cohort, "discriminator").looks.values()
    real, fake = look.real_seen[0], look.fake[0]
    assert real.shape == fake.shape == (2, 16, 1, 8, 8)
    assert torch.equal(real[:, :8], real[:, 8:])
    assert not torch.equal(fake[:, :8], fake[:, 8:])


@pytest.mark.parametrize(
    ("losses", "discriminator", "generator"),
    [
        ((0.2, 0.7), False, True),
        ((0.7, 0.2), False, True),
        ((1.2, 0.7), True, False),
        ((0.7, 1.2), True, False),
        ((0.2, 1.2), True, True),
        ((0.69, 0.69), True, True),
    ],
)
def test_a_player_who_wins_rests(losses: tuple[float, float], discriminator: bool, generator: bool) -> None:
    real, fake = (torch.tensor([loss]) for loss in losses)
    assert [bool(moving) for moving in gates(real, fake, 0.35)] == [discriminator, generator]


def test_each_replica_has_a_gate_of_its_own() -> None:
    moving = gates(torch.tensor([0.2, 0.7]), torch.tensor([0.7, 1.2]), 0.35)
    assert [gate.tolist() for gate in moving] == [[False, True], [True, False]]


def test_a_discriminator_that_learns_ten_times_as_fast_rests_now_and_then() -> None:
    rates = {"encoder": 1e-3, "discriminator": 1e-2, "generator": 1e-3}
    optimizers = {turn: {"use": "adam", "lr": lr, "betas": [0.5, 0.999]} for turn, lr in rates.items()}
    cohort = small("vae-gan", optimizers=optimizers)
    moved = torch.stack([cohort.round()["moves/discriminator"] for _ in range(100)])
    assert (moved.mean(0) < 0.8).all()
    assert (moved.mean(0) > 0).all()


def test_without_a_margin_there_is_no_gate() -> None:
    cohort = small("vae-gan", options={"margin": None})
    assert play(cohort, "discriminator").moves is None
    assert "moves/discriminator" not in cohort.round()


def test_it_reconstructs_from_the_mean_of_a_code() -> None:
    cohort = small("vae-gan")
    samples = torch.randn(2, 5, 1, 8, 8)
    codes = cohort.inference.ask("encode", samples)
    assert codes is not None
    assert codes.shape == (2, 5, 3)
    parameters = cohort.stage.run("encoder", samples)
    assert torch.equal(codes, parameters[..., :3])
    made = cohort.inference.ask("reconstruct", samples)
    torch.testing.assert_close(made, cohort.inference.generate({"latent": codes}))


def test_it_refuses_packs_of_samples() -> None:
    with pytest.raises(UserError) as caught:
        small("vae-gan", regularizers=[use("regularizer", "packing")])
    assert caught.value.message == (
        "game vae-gan asks its discriminator about single samples; "
        "drop the regularizer that joins them, such as packing"
    )
