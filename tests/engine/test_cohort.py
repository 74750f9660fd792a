"""Cohorts: fairness, exact resumption, averages, frozen replicas."""

import pytest
import torch

from gbench.engine.checkpoint import load_checkpoint, save_checkpoint
from gbench.engine.cohort import Cohort
from gbench.errors import UserError
from gbench.testing import images, make_cohort, make_recipe, use

CPU = torch.device("cpu")


def parameters(cohort: Cohort) -> dict[str, torch.Tensor]:
    return {
        f"{name}.{key}": value.clone()
        for name, network in cohort.networks.items()
        for key, value in network.state()["parameters"].items()
    }


def test_techniques_share_data_and_latents() -> None:
    """The k-th minibatch and the k-th latents are the same whatever the loss, rule or regularizer."""
    adversaries = [
        make_cohort(),
        make_cohort(
            make_recipe(
                loss=use("loss", "wasserstein"),
                regularizers=[use("regularizer", "gradient-penalty")],
                rule=use("rule", "simultaneous"),
            )
        ),
    ]
    adversaries[1].round()
    adversaries[0].draw()["real"]
    adversaries[0].draw()["latent"]
    first, second = (cohort.draw() for cohort in adversaries)
    assert torch.equal(first["real"], second["real"])
    assert torch.equal(first["latent"], second["latent"])


def test_replicas_differ_and_a_slice_is_the_same_as_the_whole() -> None:
    whole, half = make_cohort(replicas=range(4), mode="loop"), make_cohort(replicas=range(2, 4), mode="loop")
    for _ in range(5):
        whole.round()
        half.round()
    theirs = parameters(half)
    for name, value in parameters(whole).items():
        torch.testing.assert_close(value[2:], theirs[name])
    weight = whole.networks["generator"].parameters["0.weight"]
    assert not torch.equal(weight[0], weight[1])


@pytest.mark.parametrize("model", ["mlp", "dcgan"])
def test_a_checkpoint_on_disk_resumes_bit_for_bit(model: str, tmp_path) -> None:
    options = {"mlp": {"width": 8}, "dcgan": {"width": 4}}[model]
    recipe = make_recipe(
        model=use("model", model, **options),
        regularizers=[use("regularizer", "spectral-norm"), use("regularizer", "instance-noise")],
        ema=0.9,
    )
    whole, first, second = (make_cohort(recipe, images()) for _ in range(3))
    for _ in range(7):
        whole.round()
    for _ in range(3):
        first.round()
    save_checkpoint(tmp_path / "c.pt", first.state())
    second.load_state(load_checkpoint(tmp_path / "c.pt", CPU))
    for _ in range(4):
        second.round()
    for name, value in parameters(whole).items():
        assert torch.equal(value, parameters(second)[name]), name
    assert torch.equal(whole.inference.generated(10).samples, second.inference.generated(10).samples)


def test_a_checkpoint_that_holds_code_is_refused(tmp_path) -> None:
    class Evil:
        def __reduce__(self):
            return (print, ("owned",))

    path = tmp_path / "evil.pt"
    torch.save({"step": Evil()}, path)
    with pytest.raises(UserError, match=r"evil.pt: not a checkpoint that can be read \(UnpicklingError\)"):
        load_checkpoint(path, CPU)


def test_a_torn_checkpoint_is_refused(tmp_path) -> None:
    path = tmp_path / "torn.pt"
    save_checkpoint(path, make_cohort().state())
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(UserError, match="not a checkpoint that can be read"):
        load_checkpoint(path, CPU)


def test_a_checkpoint_of_other_replicas_is_refused() -> None:
    with pytest.raises(UserError, match=r"the checkpoint holds replicas \[0, 1, 2\], not \[3, 4, 5\]"):
        make_cohort(replicas=range(3, 6)).load_state(make_cohort().state())


def test_the_average_is_the_recursion(tmp_path) -> None:
    cohort = make_cohort(make_recipe(ema=0.75))
    expected = {name: p.detach().clone() for name, p in cohort.networks["generator"].parameters.items()}
    for _ in range(5):
        cohort.round()
        for name, parameter in cohort.networks["generator"].parameters.items():
            expected[name] = 0.75 * expected[name] + 0.25 * parameter.detach()
    assert list(cohort.averages) == ["generator"]
    for name, value in cohort.averages["generator"].parameters.items():
        torch.testing.assert_close(value, expected[name])


def test_samples_come_from_the_average_and_leave_training_alone() -> None:
    recipe = make_recipe(ema=0.5)
    observed, blind = make_cohort(recipe), make_cohort(recipe)
    for _ in range(3):
        observed.round()
        blind.round()
        first, again = observed.inference.generated(6).samples, observed.inference.generated(6).samples
        assert torch.equal(first, again)
    assert all(torch.equal(value, parameters(blind)[name]) for name, value in parameters(observed).items())
    with observed.networks["generator"].evaluating():
        inputs = observed.game.inputs(observed.stage, _streams(observed), 6)
        raw = observed.game.generate(observed.stage, inputs)
    assert not torch.allclose(first, raw)


def test_a_replica_that_turns_non_finite_is_frozen_and_the_others_go_on() -> None:
    sick, well = make_cohort(mode="loop"), make_cohort(mode="loop")
    for cohort in (sick, well):
        for _ in range(2):
            cohort.round()
    with torch.no_grad():
        sick.networks["discriminator"].parameters["features.1.weight"][1] = float("nan")
    sick.round()
    well.round()
    frozen = {name: value[1] for name, value in parameters(sick).items()}
    for _ in range(4):
        sick.round()
        well.round()
    assert sick.health.alive.tolist() == [True, False, True]
    assert sick.health.died_at.tolist() == [-1, 3, -1]
    for name, value in parameters(sick).items():
        torch.testing.assert_close(value[1], frozen[name], equal_nan=True, rtol=0, atol=0)
        torch.testing.assert_close(value[[0, 2]], parameters(well)[name][[0, 2]])
    assert not sick.health.all_dead()


def test_an_exploding_learning_rate_ends_with_everybody_dead() -> None:
    sgd = use("optimizer", "sgd", lr=1e30)
    cohort = make_cohort(make_recipe(loss=use("loss", "wasserstein"), optimizer=sgd))
    for _ in range(10):
        cohort.round()
    assert cohort.health.all_dead()
    assert all(0 < step <= 10 for step in cohort.health.died_at.tolist())


def test_alternating_counts_its_steps() -> None:
    rule = use("rule", "alternating", discriminator_steps=3, generator_steps=2)
    cohort = make_cohort(make_recipe(rule=rule))
    cohort.round()
    counts = {
        player.name: player.optimizer.state_of(player.parameters[0])["step"].item()
        for player in cohort.players
    }
    assert counts == {"discriminator": 3, "generator": 2}


def test_optimizers_may_differ_between_players() -> None:
    optimizers = {
        "discriminator": use("optimizer", "sgd", lr=0.5),
        "generator": use("optimizer", "rmsprop", lr=0.1, alpha=0.5),
    }
    cohort = make_cohort(make_recipe(optimizers=optimizers))
    kinds = {player.name: player.optimizer.name for player in cohort.players}
    assert kinds == {"discriminator": "sgd", "generator": "rmsprop"}


def test_fused_optimizers_agree_with_unfused_ones() -> None:
    """vmap hands out gradients with other strides than the parameters': a fused step must not mind."""
    cohort = make_cohort(mode="vmap")
    player = cohort.players[0]
    before = [p.detach().clone() for p in player.parameters]
    gradients = player.gradient(cohort.draw())
    player.step(gradients)
    for start, gradient, moved in zip(before, gradients, player.parameters, strict=True):
        # Adam's first step is lr · g / (|g| + eps)
        expected = start - 1e-3 * gradient / (gradient.abs() + 1e-8)
        torch.testing.assert_close(moved.detach(), expected, rtol=1e-4, atol=1e-6)


def _streams(cohort: Cohort):
    from gbench.engine.seeds import derive
    from gbench.engine.streams import Streams

    return Streams([derive(seed, "evaluation") for seed in cohort.seeds], CPU)


def test_a_repeat_of_sampling_has_latents_of_its_own_and_training_goes_on_as_before() -> None:
    sampled, undisturbed = make_cohort(mode="loop"), make_cohort(mode="loop")
    for _ in range(3):
        sampled.round()
        undisturbed.round()
    draws = [sampled.inference.generated(40, repeat).samples for repeat in (0, 1, 2, 1)]
    assert draws[1].equal(draws[3])
    assert all(not draws[i].equal(draws[j]) for i, j in ((0, 1), (0, 2), (1, 2)))
    assert draws[0].equal(sampled.inference.generated(40).samples)
    half = make_cohort(replicas=range(1, 3), mode="loop")
    for _ in range(3):
        half.round()
        sampled.round()
        undisturbed.round()
    theirs = parameters(undisturbed)
    assert all(value.equal(theirs[name]) for name, value in parameters(sampled).items())
    torch.testing.assert_close(half.inference.generated(40, 1).samples, draws[1][1:])
