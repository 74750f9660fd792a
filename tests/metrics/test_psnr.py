import math

import pytest
import torch
from skimage.metrics import peak_signal_noise_ratio
from torch import Tensor
from torchmetrics.functional.image import peak_signal_noise_ratio as torchmetrics_psnr

from gbench_metrics.psnr import Psnr

from .pictures import score, smooth


def decibels(real: Tensor, fake: Tensor, test: Tensor | None = None, **options: str) -> list[float]:
    (values,) = score(Psnr(**options), real, fake, test).values()  # type: ignore[arg-type]
    return values


def test_the_key_says_the_protocol() -> None:
    assert Psnr(samples=10_000, split="test").names() == ["psnr-10k-test"]


@pytest.mark.parametrize("error", [0.1, 0.01, 0.5])
def test_a_constant_error(error: float) -> None:
    """Of e in [0, 1], so 2e in [-1, 1]."""
    real = 0.0 * smooth(1, 3, 8, 8)
    assert decibels(real, real + 2 * error) == pytest.approx([20 * math.log10(1 / error)], rel=1e-5)


def test_it_agrees_with_scikit_image_and_torchmetrics() -> None:
    real, fake = smooth(1, 3, 8, 8, seed=1), smooth(1, 3, 8, 8, seed=2)
    x, y = ((images.double() + 1) / 2 for images in (real, fake))
    found = decibels(real, fake)
    assert found == pytest.approx([peak_signal_noise_ratio(x.numpy(), y.numpy(), data_range=1)], rel=1e-6)
    assert found == pytest.approx([torchmetrics_psnr(y, x, data_range=1.0).item()], rel=1e-6)


def test_the_mean_is_over_samples_and_their_nearest_images() -> None:
    real = torch.stack([torch.full((1, 8, 8), level) for level in (-1.0, 0.0, 1.0)])
    fake = torch.stack([torch.full((1, 8, 8), level) for level in (-0.8, 0.98)])
    assert decibels(real, fake) == pytest.approx([(20 + 40) / 2], rel=1e-4)


def test_copies_have_a_hundred_decibels_and_the_farthest_none() -> None:
    real = smooth(20, 1, 8, 8)
    white = torch.ones(4, 1, 8, 8)
    assert decibels(real, real) == [100.0]
    assert decibels(white, -white) == [0.0] == [Psnr.keys["psnr-{samples}-{split}"][1]]


def test_what_no_screen_shows_does_not_count() -> None:
    white = torch.ones(4, 1, 8, 8)
    assert decibels(white, 3 * white) == [100.0]


def test_split_order_and_neighbours() -> None:
    train, test, fake = (smooth(20, 1, 8, 8, seed=seed) for seed in range(3))
    alone = decibels(train, fake)
    assert decibels(test, fake, test=train, split="test") == alone
    assert decibels(train.flip(0), torch.stack([train, fake]))[1] == alone[0]
    assert decibels(train, fake.flip(0)) == pytest.approx(alone, rel=1e-12)
