"""The order in which each replica sees the data."""

from collections.abc import Sequence

import torch
from torch import Tensor

from gbench.engine.seeds import derive
from gbench.errors import UserError


class Shuffle:
    """Minibatches without replacement, one permutation for each replica and epoch; none without data.

    The last incomplete minibatch of an epoch is dropped. The state is `count`, the number of
    minibatches drawn.
    """

    def __init__(self, data: dict[str, Tensor], batch_size: int, seeds: Sequence[int], device: torch.device):
        self.data = {name: values.to(device) for name, values in data.items()}
        self.size = len(next(iter(data.values()), ()))
        self.batch_size = batch_size
        if data and batch_size > self.size:
            raise UserError(f"a batch of {batch_size} is larger than the data set's {self.size} samples")
        self.seeds = list(seeds)
        self.device = device
        self.count = 0
        self._epoch: tuple[int, Tensor] | None = None

    def next(self) -> dict[str, Tensor]:
        """The next minibatch of every field, `[R, B, ...]`."""
        per_epoch = self.size // self.batch_size
        epoch, position = divmod(self.count, per_epoch)
        self.count += 1
        if self._epoch is None or self._epoch[0] != epoch:
            self._epoch = (epoch, self._permutations(epoch))
        start = position * self.batch_size
        index = self._epoch[1][:, start : start + self.batch_size]
        return {name: values[index] for name, values in self.data.items()}

    def _permutations(self, epoch: int) -> Tensor:
        """`[R, N]`, drawn on the CPU so that every device sees the same order."""
        rows = []
        for seed in self.seeds:
            generator = torch.Generator().manual_seed(derive(seed, "data", epoch))
            rows.append(torch.randperm(self.size, generator=generator))
        return torch.stack(rows).to(self.device)
