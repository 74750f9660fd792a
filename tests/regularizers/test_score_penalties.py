"""Drift, consistency and LeCam: penalties on scores."""

from collections import Counter
from functools import partial

import numpy as np
import pytest
import torch
from torch import Tensor

from gbench.engine.streams import Streams
from gbench.errors import UserError
from gbench.testing import make_cohort, make_recipe, use
from tests.regularizers.plays import CPU, make_play, make_stage, regularizer, sides

SLOPE = torch.tensor([3.0, 4.0], dtype=torch.double)


def linear(samples: Tensor) -> Tensor:
    """D(x) = w·x with ‖w‖ = 5."""
    return samples @ SLOPE


play = partial(make_play, linear)


@pytest.mark.parametrize("name", ["drift", "consistency", "lecam"])
def test_they_refuse_the_generator_s_turn(name: str) -> None:
    with pytest.raises(UserError) as error:
        make_cohort(make_recipe(regularizers=[use("regularizer", name, on="generator")]))
    assert str(error.value) == (
        f"{name} is a penalty on the discriminator; `on: generator` leaves it nothing to move, drop `on`"
    )


def test_drift_is_the_mean_square_of_real_scores() -> None:
    """Scores 3, 4 and 5 of three real samples: 0.01 · 50/3."""
    real = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [-1.0, 2.0]]], dtype=torch.double)
    given = play(replicas=1, real=real)
    assert regularizer("drift", weight=0.01).penalty(given).item() == pytest.approx(0.01 * 50 / 3)


@pytest.mark.parametrize("name", ["drift", "lecam"])
def test_penalties_on_scores_do_not_depend_on_the_batch_size_or_the_neighbours(name: str) -> None:
    given = play(batch=6, replicas=3)
    real, fake = sides(given)
    twice = play(replicas=3, real=real.repeat(1, 2, 1), fake=fake.repeat(1, 2, 1))
    first = play(replicas=1, real=real[:1], fake=fake[:1])
    values = []
    for one, replicas in ((given, 3), (twice, 3), (first, 1)):
        built = regularizer(name)
        built.begin(make_stage(replicas))
        values.append(built.penalty(one).double())
    torch.testing.assert_close(values[0], values[1], rtol=1e-6, atol=0)
    torch.testing.assert_close(values[0][:1], values[2], rtol=1e-6, atol=0)


def test_consistency_of_a_linear_critic_on_vectors() -> None:
    """D(x + σε) − D(x) = σ w·ε: λ σ² ‖w‖² = 10 · 0.1² · 25, up to the noise of 40,000 samples."""
    value = regularizer("consistency", jitter=0.1).penalty(play(batch=40_000))
    torch.testing.assert_close(value, torch.full((2,), 2.5, dtype=torch.double), rtol=0.03, atol=0)


def test_consistency_on_both_sides_adds_up() -> None:
    values = [regularizer("consistency", at=at).penalty(play(batch=9)) for at in ("real", "fake", "both")]
    torch.testing.assert_close(values[0] + values[1], values[2])
    assert (values[0] != values[1]).all()


def test_images_are_shifted_and_flipped_as_stated() -> None:
    """Against numpy's padding with the edge: all of 3 · 3 · 2 variants, each as often as the others."""
    image = np.arange(24.0).reshape(1, 4, 6)
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1)), mode="edge")
    crops = [padded[:, y : y + 4, x : x + 6] for y in range(3) for x in range(3)]
    variants = [crop.tobytes() for whole in crops for crop in (whole, whole[..., ::-1])]
    samples = torch.tensor(image).expand(2, 4500, 1, 4, 6)
    seen = regularizer("consistency", shift=0.2).augment(samples, Streams([0, 1], CPU), "test")
    counts = Counter(row.tobytes() for row in seen.flatten(0, 1).numpy())
    assert set(counts) == set(variants)
    assert all(400 < count < 600 for count in counts.values())


def test_without_a_flip_nothing_is_mirrored() -> None:
    samples = torch.arange(6.0).expand(1, 500, 1, 6, 6)
    seen = regularizer("consistency", flip=False).augment(samples, Streams([0], CPU), "test")
    assert (seen.diff(dim=-1) >= 0).all()


def test_consistency_is_zero_for_a_critic_that_ignores_the_augmentation() -> None:
    """The largest pixel in the middle stays the largest; D sees nothing else."""
    real = torch.zeros(2, 5, 1, 8, 8, dtype=torch.double)
    real[..., 3:5, 3:5] = 1
    given = make_play(lambda x: x.flatten(2).amax(-1), real=real, fake=real)
    assert torch.equal(regularizer("consistency").penalty(given), torch.zeros(2).double())


@pytest.mark.parametrize("one_sided", [False, True])
def test_lecam_against_its_recursion(one_sided: bool) -> None:
    """Averages start at the first minibatch, then α ← .9 α + .1 mean; the penalty sees the new ones."""
    lecam = regularizer("lecam", weight=2.0, decay=0.9, one_sided=one_sided)
    lecam.begin(make_stage(replicas=2))
    averages: dict[str, np.ndarray] = {}
    for number in range(5):
        given = play(batch=4 + number)
        look = given.look("discriminator")
        scores = {"real": look.real_scores.detach().numpy(), "fake": look.fake_scores.detach().numpy()}
        for kind, values in scores.items():
            mean = values.mean(-1)
            averages[kind] = 0.9 * averages[kind] + 0.1 * mean if number else mean
        above = scores["real"] - averages["fake"][:, None]
        below = averages["real"][:, None] - scores["fake"]
        if one_sided:
            above, below = np.maximum(above, 0), np.maximum(below, 0)
        expected = 2 * ((above**2).mean(-1) + (below**2).mean(-1))
        np.testing.assert_allclose(lecam.penalty(given).detach().numpy(), expected, rtol=1e-5)
        lecam.update(given)
    seen = lecam.observe(make_stage())
    np.testing.assert_allclose(seen["average/real"], averages["real"], rtol=1e-5)
    np.testing.assert_allclose(seen["average/fake"], averages["fake"], rtol=1e-5)


def test_lecam_waits_and_its_averages_follow_the_minibatch_until_then() -> None:
    lecam = regularizer("lecam", warmup=0.5)
    stage = make_stage()
    lecam.begin(stage)
    stage.progress.fill_(0.4)
    for batch in (3, 5):
        given = play(batch=batch)
        assert torch.equal(lecam.penalty(given), torch.zeros(2).double())
        lecam.update(given)
        mean = given.look("discriminator").real_scores.mean(-1)
        torch.testing.assert_close(lecam.memory["real"].double(), mean, rtol=1e-6, atol=0)
    stage.progress.fill_(0.5)
    assert (lecam.penalty(play()) > 0).all()


def test_lecam_s_averages_pass_no_gradient() -> None:
    """Of one sample on each side, with decay 0: both terms are (a_r − a_g)² with the other side fixed."""
    lecam = regularizer("lecam", weight=1.0, decay=0.0)
    lecam.begin(make_stage(replicas=1))
    given = play(batch=1, replicas=1)
    look = given.look("discriminator")
    slopes = torch.autograd.grad(lecam.penalty(given).sum(), [look.real_scores, look.fake_scores])
    gap = (look.real_scores - look.fake_scores).detach()
    torch.testing.assert_close(slopes[0], 2 * gap, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(slopes[1], -2 * gap, rtol=1e-6, atol=1e-6)
