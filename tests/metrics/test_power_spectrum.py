import math

import numpy as np
import pytest
import torch
from torch import Tensor

from gbench_metrics.power_spectrum import FLOOR, PowerSpectrum, spectrum

from .pictures import score, smooth
from .vectors import normal


def decibels(real: Tensor, fake: Tensor, **options: str) -> list[float]:
    (values,) = score(PowerSpectrum(**options), real, fake).values()  # type: ignore[arg-type]
    return values


def wave(periods: int, side: int = 8) -> Tensor:
    """An image of `periods` cosines of amplitude ½ in [0, 1] along each row."""
    row = (2 * math.pi * periods * torch.arange(side, dtype=torch.float64) / side).cos()
    return row.expand(1, 1, side, side)


def test_the_key_says_the_protocol() -> None:
    assert PowerSpectrum().names() == ["power-spectrum-1k-train"]


def test_white_noise_is_equally_strong_everywhere() -> None:
    """Of variance 0.1² in [-1, 1], so 0.05² in [0, 1]."""
    found = spectrum(0.1 * normal(4000, 1, 16, 16))
    assert found.tolist() == pytest.approx([0.05**2] * 8, rel=0.05)


def test_a_wave_has_one_frequency() -> None:
    """|FFT|²/(HW) is (HW/4)²/(HW) at ±k, two of the frequencies that round to k = 1: there are eight."""
    found = spectrum(wave(1))
    assert found.tolist() == pytest.approx([2 * 64 / 16 / 8, FLOOR, FLOOR, FLOOR], rel=1e-9)


@pytest.mark.parametrize("shape", [(3, 1, 8, 8), (2, 3, 8, 12)])
def test_it_agrees_with_rings_of_numpys_transform(shape: tuple[int, ...]) -> None:
    images = smooth(*shape)
    weights = np.array([0.299, 0.587, 0.114] if shape[1] == 3 else [1.0])
    light = np.einsum("nchw,c->nhw", (images.double().numpy() + 1) / 2, weights)
    power = np.abs(np.fft.fft2(light)) ** 2 / (shape[2] * shape[3])
    rows, columns = np.meshgrid(np.fft.fftfreq(shape[2]), np.fft.fftfreq(shape[3]), indexing="ij")
    radius = np.sqrt(rows**2 + columns**2) * min(shape[2:])
    rings = [power[:, np.abs(radius - k) < 0.5].mean() for k in range(1, min(shape[2:]) // 2 + 1)]
    assert spectrum(images).tolist() == pytest.approx(rings, rel=1e-9)


@pytest.mark.parametrize("factor", [0.5, 0.9])
def test_less_contrast_costs_its_decibels(factor: float) -> None:
    real = smooth(50, 1, 8, 8)
    assert decibels(real, factor * real) == pytest.approx([-20 * math.log10(factor)], rel=1e-6)


def test_brightness_costs_nothing() -> None:
    real = 0.5 * smooth(50, 1, 8, 8)
    assert decibels(real, real + 0.3) == pytest.approx([0.0], abs=1e-5)


def test_constant_images_have_the_power_of_rounding() -> None:
    real = smooth(50, 1, 8, 8)
    gaps = 10 * (FLOOR / spectrum(real)).log10()
    flat = torch.full((5, 1, 8, 8), 0.3)
    assert decibels(real, flat) == pytest.approx([gaps.square().mean().sqrt().item()])
    assert decibels(flat, flat) == [0.0]


def test_order_duplicates_and_neighbours() -> None:
    real, fake = smooth(20, 3, 8, 8), smooth(20, 3, 8, 8, seed=1)
    alone = decibels(real, fake)
    together = decibels(real, torch.stack([0 * fake, fake, fake.flip(0)]))
    assert together[1] == alone[0]
    assert together[2] == pytest.approx(alone[0])
    assert decibels(real, fake.repeat(2, 1, 1, 1)) == pytest.approx(alone)
