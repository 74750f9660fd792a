"""The stacked model: its stages' sizes and parameters, conditioning augmentation, a stage that rests."""

import re
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from gbench.engine.cohort import Cohort
from gbench.errors import UserError
from gbench.testing import images, make_cohort, make_recipe, use
from gbench.testing.networks import networks_of
from gbench_models._doubling import doubling_sizes
from gbench_models._equalised import pool, upsample
from gbench_models.stacked import Augmentation, Stacked, StackedDiscriminator, StackedGenerator, sketch_size

SMALL = {"latents": 4, "condition": 6, "width": 8, "label_width": 5, "residuals": 1}
STEPS = 8
LR = 1e-3
ADAM = {"use": "adam", "lr": LR, "betas": [0.5, 0.999], "weight_decay": 0.01}


def pair(size: int = 16, **options: Any) -> tuple[StackedGenerator, StackedDiscriminator]:
    torch.manual_seed(0)
    networks = networks_of(Stacked(**SMALL | options), (1, size, size), 3)
    generator, discriminator = networks["generator"], networks["discriminator"]
    assert isinstance(generator, StackedGenerator)
    assert isinstance(discriminator, StackedDiscriminator)
    return generator, discriminator


def stacked(mode: str = "auto", optimizer: dict[str, Any] = ADAM, steps: int = STEPS) -> Cohort:
    budget = {"steps": steps, "batch_size": 8, "measurements": 1}
    parts = {"game": use("game", "stackgan"), "model": use("model", "stacked", **SMALL)}
    return make_cohort(make_recipe(budget=budget, optimizer=optimizer, **parts), images(), range(2), mode)


def snapshot(cohort: Cohort, stage: str) -> dict[str, Tensor]:
    return {
        f"{kind}.{name}": tensor.detach().clone()
        for kind, network in cohort.networks.items()
        for name, tensor in (network.parameters | network.buffers).items()
        if name.startswith(f"{stage}.")
    }


@pytest.mark.parametrize(
    ("size", "expected"), [(8, 4), (12, 6), (16, 4), (28, 7), (32, 8), (64, 16), (256, 64)]
)
def test_a_sketch_has_a_quarter_of_the_side_or_half(size: int, expected: int) -> None:
    assert sketch_size(doubling_sizes((3, size, size), "stacked")) == (expected, expected)


def test_at_256_the_stages_have_the_parameters_of_the_papers_layers() -> None:
    """From 64 to 256 pixels, N_z = 100, N_g = N_d = 128, four residual blocks; 10 classes."""
    with torch.device("meta"):
        networks = networks_of(Stacked(), (3, 256, 256), 10)
    augmentation = 10 * 256 + 256

    def convolution(inputs: int, outputs: int, kernel: int = 3, normed: bool = True) -> int:
        return inputs * outputs * kernel**2 + outputs + 2 * outputs * normed

    first = augmentation + 228 * 1024 * 16 + 1024 * 16 + 2 * 1024
    first += convolution(1024, 512) + convolution(512, 256) + convolution(256, 128)
    first += convolution(128, 3, normed=False)
    second = augmentation + convolution(3, 128, normed=False)
    second += convolution(128, 256, 4) + convolution(256, 512, 4) + convolution(640, 512)
    second += 8 * convolution(512, 512)
    second += convolution(512, 256) + convolution(256, 128) + convolution(128, 64) + convolution(64, 32)
    second += convolution(32, 3, normed=False)
    assert counts(networks["generator"]) == (first, second)

    down = convolution(3, 64, 4, normed=False) + convolution(64, 128, 4) + convolution(128, 256, 4)
    down += convolution(256, 512, 4)
    tail = 10 * 128 + 128 + convolution(640, 512, 1) + 512 * 16 + 1
    assert counts(networks["discriminator"]) == (down + tail, down + 2 * convolution(512, 512, 4) + tail)


def counts(network: Any) -> tuple[int, int]:
    first, second = (sum(p.numel() for p in stage.parameters()) for stage in (network.first, network.second))
    return first, second


def augmentation() -> Augmentation:
    torch.manual_seed(0)
    layer = Augmentation(3, 6)
    torch.nn.init.normal_(layer.law.weight)
    return layer


def test_the_divergence_is_torchs_closed_form() -> None:
    layer, label = augmentation(), torch.tensor([0, 1, 2, 1])
    mean, log_std = layer.moments(label)
    expected = kl_divergence(Normal(mean, log_std.exp()), Normal(0.0, 1.0)).mean(1)
    torch.testing.assert_close(layer.divergence(label), expected)


def test_conditions_have_the_mean_and_the_deviation_of_their_class() -> None:
    layer, label = augmentation(), torch.full((40_000,), 2)
    conditions = layer(torch.randn(40_000, 6), label)
    mean, log_std = (moments[0] for moments in layer.moments(label))
    deviations = (conditions.mean(0) - mean) / log_std.exp()
    assert deviations.abs().max() < 0.03
    torch.testing.assert_close(conditions.std(0), log_std.exp(), rtol=0.02, atol=0)


@pytest.mark.parametrize("size", [8, 12, 16, 28, 32, 64])
def test_both_stages_make_and_judge_full_images(size: int) -> None:
    generator, discriminator = pair(size)
    label = torch.tensor([0, 1, 2])
    for stage in (1, 2):
        for network in (generator, discriminator):
            network.turn_to(stage)
        fake = generator(torch.randn(3, 16), label)
        assert fake.shape == (3, 1, size, size)
        assert discriminator(fake, label).shape == (3,)
        assert discriminator.features(fake).dim() == 2


def test_a_sketch_has_its_resolution_and_is_judged_at_it() -> None:
    generator, discriminator = pair()
    label = torch.tensor([0, 1, 2])
    fake = generator(torch.randn(3, 16), label)
    torch.testing.assert_close(upsample(pool(fake, 4), 4), fake)
    samples = torch.randn(3, 1, 16, 16)
    coarse = upsample(pool(samples, 4), 4)
    torch.testing.assert_close(discriminator(samples, label), discriminator(coarse, label))
    for network in (generator, discriminator):
        network.turn_to(2)
    assert not torch.allclose(discriminator(samples, label), discriminator(coarse, label))


def test_real_images_are_shown_as_sketches_while_stage_one_trains() -> None:
    cohort = stacked()
    real = torch.randn(2, 3, 1, 8, 8)
    shown = cohort.model.shown(real)
    torch.testing.assert_close(shown[1], upsample(pool(real[1], 2), 2))
    cohort.model.grow(cohort.networks, 0.5)
    assert torch.equal(cohort.model.shown(real), real)


@pytest.mark.parametrize("mode", ["loop", "vmap"])
def test_the_stages_train_one_after_the_other_and_the_other_rests_bit_for_bit(mode: str) -> None:
    cohort = stacked(mode)
    for resting, moving in (("second", "first"), ("first", "second")):
        before, moved = snapshot(cohort, resting), snapshot(cohort, moving)
        for _ in range(STEPS // 2):
            cohort.round()
        cohort.inference.generated(4)
        assert all(torch.equal(value, before[name]) for name, value in snapshot(cohort, resting).items())
        parameters = [name for name in moved if name.endswith(("weight", "bias"))]
        after = snapshot(cohort, moving)
        assert not any(torch.equal(after[name], moved[name]) for name in parameters)


def test_stage_two_begins_with_a_fresh_optimizer() -> None:
    """Adam's first step has the size lr; after as many idle ones as stage I took it would be larger."""
    cohort = stacked()
    for _ in range(STEPS // 2):
        cohort.round()
    before = snapshot(cohort, "second")
    cohort.round()
    after = snapshot(cohort, "second")
    steps = [(after[name] - before[name]).abs().max() for name in before if name.endswith(("weight", "bias"))]
    torch.testing.assert_close(torch.stack(steps).max(), torch.tensor(LR), rtol=0.02, atol=0)


def test_stage_two_is_the_same_in_both_modes() -> None:
    runs = []
    for mode in ("loop", "vmap"):
        cohort = stacked(mode, use("optimizer", "sgd", lr=0.001), steps=2)
        cohort.round()
        runs.append(cohort.round())
    for name, value in runs[0].items():
        torch.testing.assert_close(value, runs[1][name], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("done", [3, 4, 5])
def test_it_resumes_exactly_before_at_and_after_the_change(done: int) -> None:
    whole, first, second = stacked(), stacked(), stacked()
    for _ in range(STEPS):
        whole.round()
    for _ in range(done):
        first.round()
    second.load_state(first.state())
    assert torch.equal(second.inference.generated(3).samples, first.inference.generated(3).samples)
    for _ in range(STEPS - done):
        second.round()
    for stage in ("first", "second"):
        expected = snapshot(whole, stage)
        assert all(torch.equal(value, expected[name]) for name, value in snapshot(second, stage).items())


def named() -> Stacked:
    model = Stacked()
    model.name = "stacked"
    return model


def test_it_needs_classes() -> None:
    message = "model stacked is told each sample's class, but the data set has no classes"
    with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
        networks_of(named(), (1, 8, 8))


@pytest.mark.parametrize("shape", [(2,), (1, 9, 11), (1, 6, 6)], ids=str)
def test_sizes_that_cannot_be_halved_are_refused(shape: tuple[int, ...]) -> None:
    size = "×".join(map(str, shape))
    message = f"model stacked makes images of even height and width, at least 8×8 pixels, not {size}"
    with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
        networks_of(Stacked(), shape, 3)
