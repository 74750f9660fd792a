"""A pool of generated samples: a discriminator also sees what the generator made some rounds ago."""

import torch
from torch import Tensor

from gbench.api import Streams


def empty_pool(size: int, replicas: int, shape: tuple[int, ...], device: torch.device) -> dict[str, Tensor]:
    """`samples` `[R, size + 1, *shape]`, whose last row is never read, and how many are `held`, `[R]`."""
    return {
        "samples": torch.zeros(replicas, size + 1, *shape, device=device),
        "held": torch.zeros(replicas, dtype=torch.long, device=device),
    }


def exchange(
    pool: dict[str, Tensor], fresh: Tensor, random: Streams, purpose: str
) -> tuple[Tensor, dict[str, Tensor]]:
    """What a discriminator is shown in place of `fresh` `[R, B, ...]`, and the pool after that.

    Until the pool is full, fresh samples are shown and kept (Shrivastava et al. 2017, as in CycleGAN). Then
    each is, with chance ½, exchanged for one of the pool, and no two of a minibatch for the same one.
    """
    samples, held = pool["samples"], pool["held"][:, None]
    size, batch = samples.shape[1] - 1, fresh.shape[1]
    if size == 0:
        return fresh, pool
    number = torch.arange(batch, device=fresh.device).expand(len(fresh), -1)
    order = random.uniform(f"{purpose}/order", (size,)).argsort(-1)[:, :batch]
    order = torch.nn.functional.pad(order, (0, max(batch - size, 0)), value=size)
    coin = random.uniform(f"{purpose}/coin", (batch,)) < 0.5
    taken = coin & (held >= size) & (number < size)
    filling = (held < size) & (held + number < size)
    # what is neither exchanged nor kept is written to the last row
    row = torch.where(taken, order, torch.where(filling, held + number, size))
    index = row.view(*row.shape, *[1] * (fresh.dim() - 2)).expand_as(fresh)
    chosen = taken.view(*taken.shape, *[1] * (fresh.dim() - 2))
    shown = torch.where(chosen, samples.gather(1, index), fresh)
    after = {
        "samples": samples.scatter(1, index, fresh.detach()),
        "held": (held[:, 0] + batch).clamp(max=size),
    }
    return shown, after
