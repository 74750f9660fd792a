"""What a component remembers between rounds."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from torch import Tensor

from gbench.plugins.named import Named

if TYPE_CHECKING:
    from gbench.engine.stage import Stage


@dataclass(kw_only=True)
class Stateful(Named):
    """Base of games, losses, regularizers and rules: they may keep named tensors `[R, ...]`.

    `begin` fills `memory` before the first round; later rounds change its tensors in place, so that
    checkpoints hold them and every replica has its own.

    Example, a running mean of the generator's objective:
        def begin(self, stage):
            self.memory["mean"] = torch.zeros(stage.size, device=stage.random.device)
    """

    memory: dict[str, Tensor] = field(default_factory=dict, init=False, repr=False, compare=False)

    def begin(self, stage: "Stage") -> None:
        """Fills `memory`; by default there is nothing to remember."""

    def observe(self, stage: "Stage") -> dict[str, Tensor]:
        """Numbers `[R]` worth a curve, after each round: `{"control/began": ...}`."""
        return {}

    def load_memory(self, memory: dict[str, Tensor]) -> None:
        """Goes on with what a checkpoint remembers."""
        for name, value in memory.items():
            self.memory[name].copy_(value)
