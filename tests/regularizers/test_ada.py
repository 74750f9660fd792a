"""Adaptive augmentation: the control of p against its recursion, the transforms against NumPy."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from gbench.engine.cohort import Cohort
from gbench.errors import UserError
from gbench.testing import images, make_cohort, make_recipe, use
from gbench_regularizers import ada
from gbench_regularizers._images import resample
from tests.regularizers.plays import make_play, seen_of

ONE, ZERO = torch.ones(1, 1), torch.zeros(1, 1)


def cohort(replicas: int = 2, channels: int = 1, size: int = 8, **options: object) -> Cohort:
    recipe = make_recipe(regularizers=[use("regularizer", "ada", **options)])
    return make_cohort(recipe, images(size=size, channels=channels), replicas=range(replicas))


def reflected(samples: np.ndarray, left: int = 0, below: int = 0) -> np.ndarray:
    """Images that go on beyond their left and lower edges as in a mirror."""
    return np.pad(samples, [(0, 0)] * 3 + [(0, below), (left, 0)], mode="reflect")


def show(chosen: Cohort, real: Tensor) -> None:
    """A step after one look of the discriminator at real samples with these scores `[R, B]`."""
    play = make_play(lambda samples: samples, replicas=len(real), real=real, fake=real)
    chosen.regularizers[0].update(play)


def test_p_follows_the_recursion() -> None:
    """Two replicas, minibatches of 8, p over 200 images: each change is 3·8/200 = 0.12."""
    chosen = cohort(images=200, interval=3, target=0.25)
    generator = torch.Generator().manual_seed(0)
    expected, signs = [0.0, 0.0], [[], []]
    for look in range(60):
        scores = torch.randn(2, 8, generator=generator) + torch.tensor([[1.0], [0.2]])
        show(chosen, scores)
        for replica in range(2):
            signs[replica].append(np.sign(scores[replica].numpy()).mean())
            if look % 3 == 2:
                step = 0.12 * np.sign(np.mean(signs[replica]) - 0.25)
                expected[replica] = min(max(expected[replica] + step, 0.0), 1.0)
                signs[replica] = []
        np.testing.assert_allclose(chosen.regularizers[0].memory["p"], expected, atol=1e-5)
    assert expected[0] > expected[1]


def test_a_sure_discriminator_gets_from_0_to_1_in_the_stated_number_of_images() -> None:
    chosen = cohort(images=800)
    p = chosen.regularizers[0].memory["p"]
    for look in range(1, 121):
        show(chosen, torch.ones(2, 8))
        torch.testing.assert_close(p, torch.full((2,), min(look // 4 * 4 * 8 / 800, 1.0)))
    for _ in range(120):
        show(chosen, -torch.ones(2, 8))
    assert torch.equal(p, torch.zeros(2))


def test_p_is_a_curve_and_each_replica_s_own() -> None:
    chosen = cohort(images=800)
    scores = torch.tensor([[1.0], [-1.0]]).expand(2, 8)
    for _ in range(4):
        show(chosen, scores)
    curve = chosen.regularizers[0].observe(chosen.stage)["ada/p"]
    torch.testing.assert_close(curve, torch.tensor([0.04, 0.0]))
    assert chosen.round()["ada/p"].shape == (2,)
    torch.testing.assert_close(curve, torch.tensor([0.04, 0.0]))  # not one that goes on changing


def test_p_rises_in_training_where_the_discriminator_is_ahead() -> None:
    """A generator that hardly moves against a discriminator that does."""
    fast, slow = ({"use": "adam", "lr": lr, "betas": [0.5, 0.9]} for lr in (1e-2, 1e-7))
    recipe = make_recipe(
        regularizers=[use("regularizer", "ada", images=400)],
        optimizers={"discriminator": fast, "generator": slow},
    )
    chosen = make_cohort(recipe, images())
    curve = [chosen.round()["ada/p"] for _ in range(60)]
    assert (curve[-1] > 0.2).all()


def test_at_p_0_nothing_happens_and_at_p_1_everything() -> None:
    chosen = cohort(channels=3)
    samples = torch.rand(2, 8, 3, 8, 8)
    torch.testing.assert_close(seen_of(chosen, samples), samples, atol=1e-6, rtol=0)
    chosen.regularizers[0].memory["p"].copy_(torch.tensor([0.0, 1.0]))
    seen = seen_of(chosen, samples)
    torch.testing.assert_close(seen[0], samples[0], atol=1e-6, rtol=0)
    assert ((seen[1] - samples[1]).abs().flatten(1).amax(1) > 0.01).all()


def test_a_transform_is_applied_with_probability_p() -> None:
    """Of images of zeros only the brightness changes anything: that of a share p."""
    chosen = cohort(replicas=1, blit=False, geometry=False)
    chosen.regularizers[0].memory["p"].fill_(0.3)
    seen = seen_of(chosen, torch.zeros(1, 20_000, 1, 8, 8))
    assert (seen.abs().flatten(2).amax(2) > 0).float().mean().item() == pytest.approx(0.3, abs=0.015)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (ada._stretch(-ONE, ONE), lambda x: x[..., ::-1]),
        (ada._stretch(ONE, -ONE), lambda x: x[..., ::-1, :]),
        (ada._turn(math.pi / 2 * ONE), lambda x: np.rot90(x, -1, (-2, -1))),
        (ada._turn(math.pi * ONE), lambda x: np.rot90(x, 2, (-2, -1))),
        (ada._move(2 * ONE, ZERO), lambda x: reflected(x, left=2)[..., :8]),
        (ada._move(ZERO, -3 * ONE), lambda x: reflected(x, below=3)[..., 3:, :]),
        (ada._move(0.5 * ONE, ZERO), lambda x: (x + reflected(x, left=1)[..., :8]) / 2),
    ],
    ids=["mirror", "upside-down", "quarter", "half", "right", "up", "half-a-pixel"],
)
def test_resampling_agrees_with_numpy(source: Tensor, expected: object) -> None:
    samples = torch.randn(1, 1, 3, 8, 8)
    np.testing.assert_allclose(resample(samples, source), expected(samples.numpy()), atol=1e-5)


def test_stretching_moves_what_lies_apart() -> None:
    """A plane stays a plane: stretched by 2 along x its slope halves."""
    x = torch.linspace(-3.5, 3.5, 8).expand(1, 1, 1, 8, 8)
    found = resample(x, ada._stretch(2 * ONE, 1 / (2 * ONE)))
    torch.testing.assert_close(found, x / 2)


def test_resampling_can_be_differentiated_twice() -> None:
    samples = torch.randn(1, 2, 1, 8, 8, dtype=torch.double, requires_grad=True)
    angle = torch.tensor([[0.3, 1.0]], dtype=torch.double)
    assert torch.autograd.gradgradcheck(lambda x: resample(x, ada._turn(angle)).square(), samples)


@pytest.mark.parametrize("angle", [0.0, 0.7, 2 * math.pi / 3, math.pi])
def test_hue_turns_around_grey(angle: float) -> None:
    """Against the rotation matrix of the axis (1, 1, 1)/√3 (a third of a turn permutes the channels)."""
    cos, sin = math.cos(angle), math.sin(angle) / math.sqrt(3)
    cross = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    matrix = cos * np.eye(3) + (1 - cos) / 3 * np.ones((3, 3)) + sin * cross
    samples = torch.randn(1, 1, 3, 8, 8)
    found = ada._turned_hue(samples, angle * ONE)
    np.testing.assert_allclose(found, np.einsum("ij,rbjhw->rbihw", matrix, samples), atol=1e-5)


def test_every_kind_can_be_left_out() -> None:
    chosen = cohort(blit=False, geometry=False, color=False)
    chosen.regularizers[0].memory["p"].fill_(1.0)
    samples = torch.rand(2, 8, 1, 8, 8)
    assert torch.equal(seen_of(chosen, samples), samples)


def test_points_are_refused() -> None:
    with pytest.raises(UserError) as caught:
        make_cohort(make_recipe(regularizers=[use("regularizer", "ada")]))
    assert str(caught.value) == "ada changes images; on other data, instance-noise does something like it"


def test_energies_are_refused() -> None:
    chosen = cohort()
    chosen.stage.looks_at = "energies"
    with pytest.raises(UserError) as caught:
        chosen.regularizers[0].begin(chosen.stage)
    assert str(caught.value) == (
        "ada reads the sign of scores, but the loss takes energies; "
        "use a loss that takes scores, such as non-saturating"
    )
