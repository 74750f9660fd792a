import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity
from torch import Tensor
from torch.nn.functional import avg_pool2d
from torchmetrics.functional.image import (
    multiscale_structural_similarity_index_measure,
    structural_similarity_index_measure,
)

from gbench.errors import UserError
from gbench_metrics.structural_similarity import WEIGHTS, StructuralSimilarity, multi_scale

from .pictures import score, smooth

KEYS = ["ssim-gap-1k-train", "ms-ssim-gap-1k-train", "ssim-1k", "ms-ssim-1k"]


def pair(*shape: int) -> tuple[Tensor, Tensor]:
    """Images in [0, 1] that have something in common."""
    x, y = smooth(*shape, seed=1).double(), smooth(*shape, seed=2).double()
    return (x + 1) / 2, (0.7 * x + 0.3 * y + 1) / 2


def by_torchmetrics(x: Tensor, y: Tensor, sigma: float = 1.5) -> list[np.ndarray]:
    """SSIM and its structure [N], of windows that fit; the library's mean is over mirrored borders too."""
    options = {"data_range": 1.0, "sigma": sigma, "reduction": "none"}
    _, everywhere = structural_similarity_index_measure(x, y, return_full_image=True, **options)
    _, structure = structural_similarity_index_measure(x, y, return_contrast_sensitivity=True, **options)
    border = int(3.5 * sigma + 0.5)
    return [everywhere[..., border:-border, border:-border].flatten(1).mean(1).numpy(), structure.numpy()]


def values(real: Tensor, fake: Tensor, **options: int | str) -> list[list[float]]:
    scores = score(StructuralSimilarity(**options), real, fake)  # type: ignore[arg-type]
    return [list(row) for row in zip(*scores.values(), strict=True)]


def test_the_keys_say_the_protocol() -> None:
    assert StructuralSimilarity().names() == KEYS


@pytest.mark.parametrize(
    ("shape", "sigma"), [((1, 8, 8), 1.5 * 7 / 11), ((3, 16, 20), 1.5), ((1, 11, 11), 1.5)]
)
def test_ssim_agrees_with_scikit_image_and_torchmetrics(shape: tuple[int, ...], sigma: float) -> None:
    x, y = pair(6, *shape)
    found = multi_scale(x, y, 1)[:, 0].numpy()
    images = zip(x.numpy(), y.numpy(), strict=True)
    options = {"gaussian_weights": True, "use_sample_covariance": False, "sigma": sigma}
    by_skimage = [structural_similarity(a, b, data_range=1, channel_axis=0, **options) for a, b in images]
    np.testing.assert_allclose(found, by_skimage, rtol=1e-9)
    np.testing.assert_allclose(found, by_torchmetrics(x, y, sigma)[0], rtol=1e-9)


@pytest.mark.parametrize(("side", "scales"), [(176, 5), (44, 3)])
def test_ms_ssim_agrees_with_torchmetrics(side: int, scales: int) -> None:
    x, y = pair(3, 1, side, side)
    weights = np.array(WEIGHTS[:scales]) / sum(WEIGHTS[:scales])
    images = [(avg_pool2d(x, 2**scale), avg_pool2d(y, 2**scale)) for scale in range(scales)]
    factors = [by_torchmetrics(*pair)[scale < scales - 1] for scale, pair in enumerate(images)]
    expected = np.prod([factor**weight for factor, weight in zip(factors, weights, strict=True)], 0)
    np.testing.assert_allclose(multi_scale(x, y, scales)[:, 1].numpy(), expected, rtol=1e-9)
    whole = multiscale_structural_similarity_index_measure(x, y, data_range=1.0, betas=tuple(weights))
    assert multi_scale(x, y, scales)[:, 1].mean().item() == pytest.approx(whole.item(), rel=0.01)


@pytest.mark.parametrize(("side", "scales"), [(8, 2), (28, 3), (32, 4), (64, 5)])
def test_small_images_have_fewer_scales(side: int, scales: int) -> None:
    x, y = pair(2, 1, side, side)
    most = multi_scale(x, y, 5)
    assert torch.equal(most, multi_scale(x, y, scales))
    assert not torch.equal(most, multi_scale(x, y, scales - 1))


def test_copies_are_alike_and_opposites_never_score_below_zero() -> None:
    x, _ = pair(4, 1, 16, 16)
    torch.testing.assert_close(multi_scale(x, x, 5), torch.ones(4, 2).double(), rtol=1e-12, atol=0)
    ssim, product = multi_scale(x, 1 - x, 5).unbind(1)
    assert ssim.max() < 0
    assert product.tolist() == [0.0] * 4


def test_constant_images_differ_by_luminance_alone() -> None:
    """(2ab + C₁)/(a² + b² + C₁) with a = ½, b = ¾; of MS-SSIM to the power of the coarsest scale's weight."""
    a = torch.zeros(10, 1, 8, 8)
    luminance = (2 * 0.5 * 0.75 + 1e-4) / (0.5**2 + 0.75**2 + 1e-4)
    product = luminance ** (WEIGHTS[1] / (WEIGHTS[0] + WEIGHTS[1]))
    found = values(smooth(20, 1, 8, 8), torch.cat([a, a + 0.5]))[0]
    assert found[2:] == pytest.approx([luminance, product], rel=1e-9)


def test_a_generator_that_repeats_itself_scores_one() -> None:
    real = smooth(40, 1, 8, 8)
    found = values(real, real[:1].repeat(40, 1, 1, 1))[0]
    assert found[2:] == pytest.approx([1.0, 1.0], rel=1e-12)
    assert min(found[:2]) > 0.5


def test_the_gap_to_new_samples_is_small() -> None:
    ssim_gap, ms_ssim_gap, _, _ = values(smooth(600, 1, 8, 8), smooth(600, 1, 8, 8, seed=1))[0]
    assert max(ssim_gap, ms_ssim_gap) < 0.03


def test_pairs_of_real_images_do_not_follow_the_order_of_the_file() -> None:
    """Two kinds, each alike: half of the pairs of a file sorted by kind are of one kind."""
    white = torch.ones(100, 1, 8, 8)
    real = torch.cat([white, -white])
    metric = StructuralSimilarity()
    score(metric, real, real)
    assert metric.real.tolist() == pytest.approx([0.5] * 2, abs=0.15)


def test_one_image_makes_no_pair() -> None:
    with pytest.raises(UserError) as error:
        score(StructuralSimilarity(split="test"), smooth(9, 1, 8, 8), smooth(9, 1, 8, 8), smooth(1, 1, 8, 8))
    assert str(error.value) == "structural-similarity: a pair needs two real images; test has 1"


def test_other_replicas_and_what_no_screen_shows() -> None:
    real, fake = smooth(30, 3, 8, 8), smooth(31, 3, 8, 8, seed=1)
    alone = values(real, 5 * fake)
    assert (
        values(real, torch.stack([real[:31].repeat(2, 1, 1, 1)[:31], (5 * fake).clamp(-1, 1)]))[1:] == alone
    )
