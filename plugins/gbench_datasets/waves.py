"""Sine, square, triangle and saw waves of random frequency, phase and amplitude."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Data, Dataset, UserError, option

WAVEFORMS = ("sine", "square", "triangle", "saw")


@dataclass(kw_only=True)
class Waves(Dataset):
    """Sequences [1, steps] in [−1, 1]: x_t = a · w(f t / steps + φ), t = 0..steps − 1.

    w has period 1 and amplitude 1:

        sine        sin 2πp
        square      1 in the first half of a period, −1 in the second
        triangle    from 0 up to 1 after a quarter, down to −1 after three, and back
        saw         from 0 up to 1 after half a period, where it jumps to −1

    The waveform is the label. It, the frequency f in periods, the phase φ and the amplitude a are uniform
    and independent. All ranges are a choice.
    """

    provides: ClassVar[tuple[str, ...]] = ("real", "label")
    traits: ClassVar[tuple[str, ...]] = ("sequence", "label")
    model: ClassVar[str] = "recurrent"

    steps: int = option(32, "length of a sequence", ge=4)
    slowest: float = option(1.0, "least number of periods in a sequence", gt=0)
    fastest: float = option(3.0, "largest number of periods in a sequence", gt=0)
    quietest: float = option(0.5, "least amplitude; the largest is 1", ge=0, le=1)
    points: int = option(10_000, "training sequences", ge=1)

    def load(self) -> Data:
        """Training sequences and a tenth as many test sequences."""
        if self.slowest > self.fastest:
            raise UserError(f"waves: slowest {self.slowest:g} is above fastest {self.fastest:g}; swap them")
        generator = torch.Generator().manual_seed(0)
        train, test = (self.draw(count, generator) for count in (self.points, max(self.points // 10, 1)))
        return Data(train=train, test=test, classes=len(WAVEFORMS))

    def draw(self, count: int, generator: torch.Generator) -> dict[str, Tensor]:
        """Independent sequences `[count, 1, steps]` with their waveforms."""
        label = torch.randint(len(WAVEFORMS), (count,), generator=generator)
        frequency, phase, amplitude = torch.rand(3, count, 1, generator=generator)
        frequency = self.slowest + (self.fastest - self.slowest) * frequency
        amplitude = self.quietest + (1 - self.quietest) * amplitude
        place = frequency * torch.arange(self.steps) / self.steps + phase
        return {"real": (amplitude * wave(label, place))[:, None], "label": label}


def wave(waveform: Tensor, place: Tensor) -> Tensor:
    """w(p) for waveforms `[N]`, at places `[N, T]` in periods."""
    saw = 2 * (place + 0.5).remainder(1) - 1
    triangle = 1 - 2 * (2 * (place + 0.25).remainder(1) - 1).abs()
    square = torch.where(place.remainder(1) < 0.5, 1.0, -1.0)
    forms = torch.stack([(2 * math.pi * place).sin(), square, triangle, saw])
    return forms[waveform, torch.arange(len(waveform))]
