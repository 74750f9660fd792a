"""What a loss, a regularizer, a rule or a probe may see of a cohort."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor

from gbench.engine.replicas import Replicas
from gbench.engine.streams import Streams

Kind = Literal["scores", "energies", "features"]


@dataclass(kw_only=True)
class Setting:
    """The networks, the randomness and the data of one cohort, without any component in it."""

    networks: dict[str, Replicas]
    random: Streams

    batch_size: int
    """Samples of each replica in a minibatch."""

    progress: Tensor
    """The share of the budget that is done, in [0, 1]: a 0-dimensional tensor on the device."""

    examples: Callable[[str, str, int], Tensor]
    """`examples(network, purpose, n)`: a batch `[R, n, ...]` such as this network gets, to be kept."""

    data: dict[str, Tensor] = field(default_factory=dict)
    """The fields of the training data that the game needs, `[N, ...]`."""

    discriminators: tuple[str, ...] = ()
    """The networks that judge samples."""

    told: tuple[str, ...] = ()
    """What the model's networks are told beside their input, such as `label`."""

    looks_at: Kind = "scores"
    """What the loss takes of a discriminator: scores (high: real), energies (low: real), or features."""

    notes: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The number of replicas, R."""
        return len(self.random.seeds)

    @property
    def device(self) -> torch.device:
        return self.random.device

    def note(self, text: str) -> None:
        """Keeps a line for whoever checks or starts the suite; the same text is kept once."""
        if text not in self.notes:
            self.notes.append(text)
