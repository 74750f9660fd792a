"""Differentiable augmentation against shifts, rectangles and moments written out."""

import numpy as np
import pytest
import torch
from torch import Tensor

from gbench.engine.cohort import Cohort
from gbench.errors import UserError
from gbench.testing import images, make_cohort, make_recipe, use
from gbench_regularizers.diffaugment import shifted
from tests.regularizers.plays import seen_of

NOTHING = {"color": 0.0, "translation": 0.0, "cutout": 0.0}


def augmented(samples: Tensor, **options: float) -> Tensor:
    """What the discriminator sees; options not named are 0."""
    return seen_of(cohort(samples, **options), samples)


def cohort(samples: Tensor, **options: float) -> Cohort:
    chosen = [use("regularizer", "diffaugment", **(NOTHING | options))]
    data = images(size=samples.shape[-1], channels=samples.shape[2])
    return make_cohort(make_recipe(regularizers=chosen), data, replicas=range(len(samples)))


def test_nothing_is_the_identity() -> None:
    samples = torch.randn(2, 8, 3, 8, 8)
    assert torch.equal(augmented(samples), samples)


@pytest.mark.parametrize(("down", "right"), [(0, 0), (1, -2), (-3, 0), (2, 3)])
def test_a_shift_is_numpy_s_roll_with_zeros(down: int, right: int) -> None:
    samples = torch.randn(1, 1, 3, 8, 8)
    found = shifted(shifted(samples, torch.tensor([[down]]), -2), torch.tensor([[right]]), -1)
    expected = np.roll(samples.numpy(), (down, right), axis=(-2, -1))
    for axis, offset in ((-2, down), (-1, right)):
        lost = np.arange(offset) if offset > 0 else np.arange(8 + offset, 8)
        index = [slice(None)] * 5
        index[axis] = lost
        expected[tuple(index)] = 0
    np.testing.assert_array_equal(found.numpy(), expected)


@pytest.mark.parametrize(("size", "reach"), [(8, 1), (16, 2), (32, 4)])
def test_translation_goes_up_to_an_eighth_of_the_side_evenly(size: int, reach: int) -> None:
    """Where the upper left pixel, far enough from the border, ends up."""
    samples = torch.zeros(1, 4000, 1, size, size)
    samples[..., reach, reach] = 1
    seen = augmented(samples, translation=0.125).squeeze(2).squeeze(0)
    assert (seen.sum((1, 2)) == 1).all()
    for axis in (1, 2):
        offsets = seen.sum(3 - axis).argmax(1) - reach
        shares = torch.bincount(offsets + reach, minlength=2 * reach + 1) / 4000
        torch.testing.assert_close(
            shares, torch.full((2 * reach + 1,), 1 / (2 * reach + 1)), atol=0.03, rtol=0
        )


@pytest.mark.parametrize(("size", "side"), [(8, 4), (16, 8), (9, 5)])
def test_cutout_is_a_rectangle_of_half_the_side_with_its_centre_anywhere(size: int, side: int) -> None:
    seen = augmented(torch.ones(1, 3000, 2, size, size), cutout=0.5)[0]
    assert torch.equal(seen[:, 0], seen[:, 1])
    gone = 1 - seen[:, 0]
    rows, columns = gone.amax(2).sum(1), gone.amax(1).sum(1)
    assert torch.equal(gone.sum((1, 2)), rows * columns)  # a rectangle
    assert rows.max() == columns.max() == side
    assert rows.min() == columns.min() == side // 2 + side % 2  # half of it over the edge
    even = side % 2 == 0
    lengths = [min(c - side // 2 + side, size) - max(c - side // 2, 0) for c in range(size + even)]
    assert rows.mean().item() == pytest.approx(np.mean(lengths), rel=0.02)


def test_colour_changes_have_the_paper_s_laws() -> None:
    """A half white and half black image in two channels, whose moments tell the three apart."""
    samples = torch.zeros(1, 20_000, 2, 8, 8)
    samples[:, :, 0], samples[:, :, 1, :4] = 1.0, -1.0
    seen = augmented(samples, color=1.0)[0]
    mean = seen.mean((1, 2, 3)) - samples[0, 0].mean()
    assert mean.min() >= -0.5 and mean.max() <= 0.5  # noqa: PT018
    assert mean.std().item() == pytest.approx(12**-0.5, rel=0.02)
    middle = samples[0].mean(1)[0]  # over channels
    contrast = (seen.mean(1)[:, 7, 0] - seen.mean(1)[:, 0, 0]) / (middle[7, 0] - middle[0, 0])
    assert contrast.min() >= 0.5 - 1e-5
    assert contrast.max() <= 1.5 + 1e-5
    assert contrast.mean().item() == pytest.approx(1.0, abs=0.01)
    saturation = (seen[:, 0, 0, 0] - seen[:, 1, 0, 0]) / 2 / contrast
    assert saturation.min() >= -1e-5
    assert saturation.max() <= 2 + 1e-5
    assert saturation.std().item() == pytest.approx(2 * 12**-0.5, rel=0.02)


def test_grey_images_have_no_saturation() -> None:
    """One channel: brightness b and contrast c alone, x -> mean + b + c (x − mean)."""
    samples = torch.randn(2, 8, 1, 8, 8)
    seen = augmented(samples, color=1.0)
    centred = [x - x.mean((2, 3, 4), keepdim=True) for x in (samples, seen)]
    factor = centred[1].flatten(2).norm(dim=-1) / centred[0].flatten(2).norm(dim=-1)
    torch.testing.assert_close(centred[1], centred[0] * factor.view(2, 8, 1, 1, 1), atol=1e-5, rtol=1e-4)


def test_gradients_flow_back_through_everything_twice() -> None:
    samples = torch.randn(1, 4, 3, 8, 8, dtype=torch.double, requires_grad=True)
    chosen = cohort(samples.float(), color=1.0, translation=0.125, cutout=0.5)

    def seen(x: Tensor) -> Tensor:
        chosen.stage.random.resume({})  # the same numbers at each call
        return seen_of(chosen, x)

    assert torch.autograd.gradcheck(seen, samples)
    (slopes,) = torch.autograd.grad(seen(samples).square().sum(), samples, create_graph=True)
    assert slopes.square().sum().requires_grad


def test_real_and_generated_samples_are_changed_by_the_same_law_and_not_alike() -> None:
    samples = torch.rand(1, 4000, 3, 8, 8)
    chosen = cohort(samples, color=1.0, translation=0.125, cutout=0.5)
    real, fake = (seen_of(chosen, samples) for _ in range(2))
    assert (real - fake).abs().mean() > 0.1
    for moment in (1, 2):
        torch.testing.assert_close(
            real.pow(moment).mean((0, 1)), fake.pow(moment).mean((0, 1)), atol=0.05, rtol=0
        )


def test_both_turns_see_augmented_samples() -> None:
    chosen = cohort(torch.zeros(3, 8, 1, 8, 8), color=1.0)
    batch = chosen.draw()
    looks = []
    for player in chosen.players:
        with chosen.stage.playing(player.moving, coupled=False):
            looks.append(player.turn.play(batch).look("discriminator"))
    assert not torch.equal(looks[0].real_seen[0], batch["real"])
    plain = chosen.networks["generator"](batch["latent"])
    for look in looks:
        assert not torch.allclose(look.fake[0], plain)


def test_points_are_refused() -> None:
    with pytest.raises(UserError) as caught:
        make_cohort(make_recipe(regularizers=[use("regularizer", "diffaugment")]))
    assert str(caught.value) == (
        "diffaugment changes images; on other data, instance-noise does something like it"
    )
