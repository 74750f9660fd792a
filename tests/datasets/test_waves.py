import math
import re

import numpy as np
import pytest
import torch
from scipy import signal

from gbench.errors import UserError
from gbench_datasets.waves import WAVEFORMS, Waves, wave

HARMONICS = {  # of amplitude 1, divided by that of a sine
    "sine": lambda k: float(k == 1),
    "square": lambda k: 4 / (math.pi * k) * (k % 2),
    "triangle": lambda k: 8 / (math.pi * k) ** 2 * (k % 2),
    "saw": lambda k: 2 / (math.pi * k),
}


@pytest.mark.parametrize("waveform", WAVEFORMS)
def test_the_spectrum_is_that_of_the_fourier_series(waveform: str) -> None:
    """Five periods: the k-th harmonic lies at frequency 5k, and there is nothing in between."""
    data = Waves(steps=5 * 2048, slowest=5, fastest=5, quietest=1, points=40).load()
    real = data.train["real"][data.train["label"] == WAVEFORMS.index(waveform), 0].double()
    amplitudes = 2 * torch.fft.rfft(real).abs() / real.shape[1]
    assert len(amplitudes) > 3
    for k in range(1, 10):
        expected = torch.full((len(amplitudes),), HARMONICS[waveform](k), dtype=torch.float64)
        torch.testing.assert_close(amplitudes[:, 5 * k], expected, atol=2e-3, rtol=0)
    between = torch.arange(50) % 5 != 0
    assert amplitudes[:, :50][:, between].max() < 2e-3


def test_waves_are_scipys() -> None:
    """scipy's saw starts at −1 and its triangle at −1: half a period and a quarter earlier."""
    place = np.linspace(0.01, 2.97, 100)
    turn = 2 * math.pi * place
    theirs = {
        "sine": np.sin(turn),
        "square": signal.square(turn),
        "triangle": signal.sawtooth(turn + math.pi / 2, 0.5),
        "saw": signal.sawtooth(turn + math.pi),
    }
    for label, name in enumerate(WAVEFORMS):
        ours = wave(torch.tensor([label]), torch.tensor(place)[None])[0].numpy()
        np.testing.assert_allclose(ours, theirs[name], atol=1e-6, err_msg=name)


def test_amplitudes_are_uniform_between_the_bounds() -> None:
    data = Waves(steps=512, quietest=0.2, points=4000).load()
    largest = data.train["real"].abs().amax((1, 2))
    assert largest.min().item() == pytest.approx(0.2, abs=0.01)
    assert largest.max().item() == pytest.approx(1, abs=0.01)
    assert largest.mean().item() == pytest.approx(0.6, abs=4 * 0.8 / math.sqrt(12 * 4000))


def test_frequencies_lie_between_the_bounds() -> None:
    """A square wave changes its sign twice in a period."""
    data = Waves(steps=2000, slowest=2, fastest=4, points=4000).load()
    squares = data.train["real"][data.train["label"] == 1, 0].sign()
    changes = (squares[:, 1:] != squares[:, :-1]).sum(1)
    assert (changes.min().item(), changes.max().item()) == (4, 8)
    assert changes.double().mean().item() == pytest.approx(6, abs=0.2)


def test_phases_leave_no_mean() -> None:
    """Each step has mean 0 and variance 1/4 (1/2 + 1 + 1/3 + 1/3) E a², with E a² = 7/12."""
    real = Waves(points=40_000).load().train["real"][:, 0]
    assert real.mean(0).abs().max() < 0.02
    torch.testing.assert_close(real.var(0), torch.full((32,), 7 / 12 * 13 / 24), atol=0.01, rtol=0)


def test_sequences_have_the_asked_length_and_labels() -> None:
    data = Waves(steps=20, points=100).load()
    assert data.shape == (1, 20)
    assert data.train["real"].shape == (100, 1, 20)
    assert data.test["real"].shape == (10, 1, 20)
    assert data.classes == 4
    assert sorted(data.train["label"].unique().tolist()) == [0, 1, 2, 3]
    assert data.train["real"].abs().max() <= 1


def test_bounds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(UserError, match=re.escape("waves: slowest 4 is above fastest 3; swap them")):
        Waves(slowest=4).load()
