"""What a component remembers between rounds."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from torch import Tensor

from gbench.plugins.named import Named

if TYPE_CHECKING:
    from gbench.engine.setting import Setting


@dataclass(kw_only=True)
class Stateful(Named):
    """Base of games, losses, regularizers and rules: they may keep named tensors `[R, ...]`.

    `begin` fills `memory` before the first round. Memory changes in `update` alone, which comes after the
    step of a turn, in place, so that checkpoints hold it and every replica has its own. (A rule, which makes
    the steps, may change its memory in `round`.)

    Example, a running mean of the generator's objective:
        def begin(self, setting):
            self.memory["mean"] = torch.zeros(setting.size, device=setting.device)
    """

    memory: dict[str, Tensor] = field(default_factory=dict, init=False, repr=False, compare=False)

    def begin(self, setting: "Setting") -> None:
        """Fills `memory`; by default there is nothing to remember."""

    def observe(self, setting: "Setting") -> dict[str, Tensor]:
        """Numbers `[R]` worth a curve, after each round: `{"control/began": ...}`."""
        return {}

    def load_memory(self, memory: dict[str, Tensor]) -> None:
        """Goes on with what a checkpoint remembers."""
        for name, value in memory.items():
            self.memory[name].copy_(value)
