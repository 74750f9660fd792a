"""Everything that a game is played with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor

from gbench.engine.loss import Loss
from gbench.engine.model import Model
from gbench.engine.regularizer import Regularizer
from gbench.engine.replicas import Replicas
from gbench.engine.streams import Streams


@dataclass(kw_only=True)
class Stage:
    """Networks, loss, regularizers and randomness of one cohort.

    data: fields of the training data that the game asks for, `[N, ...]`.
    progress: share of the budget that is done, in [0, 1], a 0-dimensional tensor on the device.
    coupled: whether objectives can be differentiated through the other players' networks; rules
        that differentiate gradients again need it, the others save the work.
    """

    networks: dict[str, Replicas]
    model: Model
    loss: Loss
    regularizers: list[Regularizer]
    random: Streams
    batch_size: int
    progress: Tensor
    data: dict[str, Tensor] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    coupled: bool = field(default=False)

    @property
    def size(self) -> int:
        """The number of replicas, R."""
        return len(self.random.seeds)

    def perturb(self, samples: Tensor) -> Tensor:
        """What the discriminator sees of these samples."""
        for regularizer in self.regularizers:
            samples = regularizer.perturb(samples, self)
        return samples

    def weigh(self, scores: Tensor) -> Tensor:
        """The scores of generated samples as they count in the generator's turn."""
        for regularizer in self.regularizers:
            scores = regularizer.weigh(scores, self)
        return scores

    def pairs(self, turn: str) -> bool:
        """Whether the loss or a regularizer looks at real samples in a turn that need not."""
        return self.loss.paired or any(r.paired and r.on == turn for r in self.regularizers)

    def note(self, text: str) -> None:
        """Tells whoever checks or starts the suite, once."""
        if text not in self.notes:
            self.notes.append(text)

    def given(self, network: Replicas, *inputs: Tensor) -> Tensor:
        """The output of a network that does not move in this turn."""
        if self.coupled:
            return network(*inputs)
        with torch.no_grad():
            return network(*inputs)

    @contextmanager
    def coupling(self, coupled: bool = True) -> Iterator[None]:
        """Keeps the graph through every network for a while."""
        former, self.coupled = self.coupled, coupled
        try:
            yield
        finally:
            self.coupled = former
