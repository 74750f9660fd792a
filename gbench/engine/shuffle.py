"""The order in which each replica sees the data."""

from collections.abc import Sequence

import torch
from torch import Tensor

from gbench.engine.seeds import derive
from gbench.errors import UserError


class Shuffle:
    """Minibatches without replacement, one permutation for each group, replica and epoch; none without data.

    Fields of a group stay paired. A group's epoch is as long as its own samples last: its last incomplete
    minibatch is dropped, whatever the other groups do. `data` may hold some of the groups' fields only: an
    order does not depend on which. The state is `count`, the number of minibatches drawn.
    """

    def __init__(
        self,
        data: dict[str, Tensor],
        batch_size: int,
        seeds: Sequence[int],
        device: torch.device,
        groups: tuple[tuple[str, ...], ...] = (),
    ):
        self.data = {name: values.to(device) for name, values in data.items()}
        self.count = 0
        self._order_of: dict[str, Order] = {}
        for name, values in data.items():
            if batch_size > len(values):
                raise UserError(
                    f"a batch of {batch_size} is larger than the data set's {len(values)} samples of '{name}'"
                )
        for group in groups or (tuple(data),):
            present = [name for name in group if name in data]
            if present:
                purpose = ("data",) if not groups or "real" in group else ("data", group[0])
                order = Order(len(data[present[0]]), batch_size, seeds, purpose, device)
                self._order_of |= dict.fromkeys(present, order)

    def next(self) -> dict[str, Tensor]:
        """The next minibatch of every field, `[R, B, ...]`."""
        batch = {name: values[self._order_of[name].rows(self.count)] for name, values in self.data.items()}
        self.count += 1
        return batch


class Order:
    """The order of a group's samples, a function of each replica's seed, the purpose and the epoch.

    size: samples in the group, at least `batch_size`.
    """

    def __init__(
        self, size: int, batch_size: int, seeds: Sequence[int], purpose: tuple[str, ...], device: torch.device
    ):
        self.size = size
        self.batch_size = batch_size
        self.seeds = list(seeds)
        self.purpose = purpose
        self.device = device
        self._epoch: tuple[int, Tensor] | None = None

    def rows(self, count: int) -> Tensor:
        """Which samples make minibatch `count`, counted from 0 over all epochs, `[R, B]`."""
        epoch, position = divmod(count, self.size // self.batch_size)
        if self._epoch is None or self._epoch[0] != epoch:
            self._epoch = (epoch, self._permutations(epoch))
        start = position * self.batch_size
        return self._epoch[1][:, start : start + self.batch_size]

    def _permutations(self, epoch: int) -> Tensor:
        """`[R, N]`, drawn on the CPU so that every device sees the same order."""
        rows = []
        for seed in self.seeds:
            generator = torch.Generator().manual_seed(derive(seed, *self.purpose, epoch))
            rows.append(torch.randperm(self.size, generator=generator))
        return torch.stack(rows).to(self.device)
