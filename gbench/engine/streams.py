"""Random numbers that are a function of (replica, purpose, counter), and of nothing else."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from gbench.engine.seeds import derive

Law = Callable[..., Tensor]  # torch.randn or torch.rand
CHUNK = 2**16  # numbers drawn at once for one replica: amortises the calls, and is part of the numbers


class Streams:
    """For each purpose and shape, a stream of draws `[R, *shape]` that depends on the replica's seed alone.

    The k-th draw for a purpose is the same whatever was drawn for other purposes, whichever
    replicas share the cohort, and whether training was interrupted: the whole state is one
    counter for each purpose. Draws are made in chunks, seeded by the chunk's number.
    """

    def __init__(self, seeds: Sequence[int], device: torch.device):
        self.seeds = list(seeds)
        self.device = device
        self.counters: dict[str, int] = {}
        self._generator = torch.Generator(device)
        self._chunks: dict[str, tuple[int, Tensor]] = {}

    def normal(self, purpose: str, shape: Sequence[int]) -> Tensor:
        """Standard normal numbers `[R, *shape]`."""
        return self._next(purpose, tuple(shape), torch.randn)

    def uniform(self, purpose: str, shape: Sequence[int]) -> Tensor:
        """Uniform numbers in [0, 1), `[R, *shape]`."""
        return self._next(purpose, tuple(shape), torch.rand)

    def _next(self, purpose: str, shape: tuple[int, ...], law: Law) -> Tensor:
        stream = f"{purpose}{list(shape)}"
        length = max(1, min(64, CHUNK // max(1, math.prod(shape))))
        count = self.counters.get(stream, 0)
        self.counters[stream] = count + 1
        number, position = divmod(count, length)
        cached = self._chunks.get(stream)
        if cached is None or cached[0] != number:
            cached = (number, self._draw(stream, number, (length, *shape), law))
            self._chunks[stream] = cached
        return cached[1][:, position]

    def _draw(self, stream: str, number: int, shape: tuple[int, ...], law: Law) -> Tensor:
        chunk = torch.empty((len(self.seeds), *shape), device=self.device)
        for row, seed in zip(chunk, self.seeds, strict=True):
            self._generator.manual_seed(derive(seed, stream, number))
            law(shape, generator=self._generator, out=row)
        return chunk

    def resume(self, counters: dict[str, int]) -> None:
        """Goes on after the draws that `counters` counts."""
        self.counters = dict(counters)
        self._chunks.clear()
