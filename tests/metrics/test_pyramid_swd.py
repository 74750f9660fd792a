import numpy as np
import ot
import pytest
import scipy.ndimage
import torch
from torch import Tensor

from gbench.errors import UserError
from gbench_metrics.pyramid_swd import PyramidSwd, enlarged, patches, pyramid, standardised

from .pictures import score, smooth

KEYS = ["pyramid-swd-1k-train", "pyramid-swd-fine-1k-train", "pyramid-swd-coarse-1k-train"]
FILTER = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256
FEW = {"patches": 4, "directions": 16}


def distances(real: Tensor, fake: Tensor, **options: int) -> list[list[float]]:
    """Mean, finest and coarsest [3] of each replica."""
    values = score(PyramidSwd(**{**FEW, **options}), real, fake)
    assert list(values) == KEYS
    return [list(row) for row in zip(*values.values(), strict=True)]


def by_scipy(images: np.ndarray, levels: int) -> list[np.ndarray]:
    """The pyramid of Karras et al. 2018 by scipy's convolution with the whole filter."""
    bands = [images]
    for _ in range(levels - 1):
        small = scipy.ndimage.convolve(bands[-1], FILTER[None, None], mode="mirror")[:, :, ::2, ::2]
        wide = np.zeros_like(bands[-1])
        wide[:, :, ::2, ::2] = small
        bands[-1] = bands[-1] - scipy.ndimage.convolve(wide, 4 * FILTER[None, None], mode="mirror")
        bands.append(small)
    return bands


@pytest.mark.parametrize("side", [16, 17])
def test_the_pyramid_agrees_with_scipy(side: int) -> None:
    images = smooth(2, 3, side, side).double()
    found, expected = pyramid(images, 4), by_scipy(images.numpy(), 3)
    assert [level.shape[-1] for level in found] == ([16, 8, 4] if side == 16 else [17, 9, 5])
    for level, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(level.numpy(), other, atol=1e-12)


def test_the_pyramid_adds_up_to_the_images() -> None:
    images = smooth(3, 1, 16, 12).double()
    fine, middle, coarse = pyramid(images, 3)
    torch.testing.assert_close(fine + enlarged(middle + enlarged(coarse, middle), fine), images)


@pytest.mark.parametrize(("side", "levels"), [(8, 1), (28, 1), (31, 1), (32, 2), (64, 3)])
def test_levels_stay_at_sixteen_pixels_or_above(side: int, levels: int) -> None:
    assert len(pyramid(torch.zeros(1, 1, side, side), 16)) == levels


def test_patches_lie_where_they_fit_and_everywhere() -> None:
    """Of an image that numbers its pixels, the corner of a patch of 3 is one of 0..1 by 0..1."""
    image = torch.arange(16.0).view(1, 1, 4, 4).repeat(50, 1, 1, 1)
    found = patches(image, 3, 8, torch.Generator().manual_seed(0))
    assert found.shape == (400, 1, 3, 3)
    assert found[:, 0, 0, 0].unique().tolist() == [0.0, 1.0, 4.0, 5.0]
    assert (found[:, 0, 2, 2] - found[:, 0, 0, 0]).unique().tolist() == [10.0]


def test_single_pixels_of_black_and_white_images() -> None:
    """Standardised, half black is −1 or 1 and a fifth white −½ or 2: W₁ = ½·½ + 3/10·3/2 + 1/5·1."""
    white = torch.ones(1, 1, 8, 8)
    real = torch.cat([white, -white]).repeat(5, 1, 1, 1)
    fake = torch.cat([white, -white, -white, -white, -white]).repeat(2, 1, 1, 1)
    assert distances(real, fake, patch=1)[0] == pytest.approx([0.9] * 3, rel=1e-5)


def test_projected_costs_agree_with_pot() -> None:
    metric = PyramidSwd(**FEW)
    real, fake = smooth(20, 3, 8, 8, seed=1), 0.5 * smooth(20, 3, 8, 8, seed=2)
    [found] = score(metric, real, fake)[KEYS[0]]
    [x], [y] = metric.descriptors(fake), metric.descriptors(real)
    sets = [rows.double().numpy() for rows in (x, y, metric.lines)]
    expected = ot.sliced_wasserstein_distance(sets[0], sets[1], projections=sets[2], p=1)
    assert found == pytest.approx(expected, rel=1e-5)


def test_identical_images_brightness_and_contrast_of_a_channel_cost_nothing() -> None:
    real = smooth(20, 3, 32, 32)
    changed = (
        real * torch.tensor([0.5, 1.0, 0.2])[:, None, None] + torch.tensor([0.3, 0.0, -0.5])[:, None, None]
    )
    assert distances(real, real)[0] == [0.0, 0.0, 0.0]
    assert distances(real, changed)[0] == pytest.approx([0.0] * 3, abs=1e-5)


def test_blur_costs_on_the_finest_level_and_hardly_on_the_coarsest() -> None:
    real = smooth(100, 1, 32, 32)
    noisy = real + 0.3 * (2 * torch.eye(2).repeat(16, 16) - 1)
    mean, fine, coarse = distances(real, noisy)[0]
    assert fine > 10 * coarse
    assert mean == pytest.approx((fine + coarse) / 2)


@pytest.mark.parametrize("level", [0.1, 0.3, 1 / 3])
def test_constant_images_have_no_patches_to_speak_of(level: float) -> None:
    """Every level of theirs is 0, not rounding made large: the cost is the real patches' mean size."""
    real = smooth(20, 1, 32, 32)
    metric = PyramidSwd(**FEW)
    [found] = score(metric, real, torch.full((20, 1, 32, 32), level))[KEYS[0]]
    sizes = [(level @ metric.lines).abs().mean().item() for level in metric.real]
    assert found == pytest.approx(sum(sizes) / 2, rel=1e-5)
    assert standardised(torch.full((4, 1, 2, 2), level)).abs().max() == 0


def test_a_patch_that_does_not_fit_is_a_users_mistake() -> None:
    real = smooth(20, 1, 5, 6)
    with pytest.raises(UserError) as error:
        score(PyramidSwd(), real, real)
    assert str(error.value) == (
        "pyramid-swd: a patch of 7 pixels does not fit into images of 5×6; lower patch to 5"
    )


def test_fewer_real_images_and_other_replicas() -> None:
    real, fake = smooth(15, 1, 8, 8), smooth(20, 1, 8, 8, seed=1)
    alone = distances(real, fake)
    assert distances(real, torch.stack([-fake.abs(), fake]))[1:] == alone
    assert alone[0][0] > distances(real, real.roll(-5, 0))[0][0] > 0
