"""Which replicas are alive, and keeping the others where they are."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor


class Health:
    """Marks replicas that turn non-finite and freezes them, without a host sync on a GPU.

    alive: `[R]` booleans. died_at: `[R]`, the round in which a replica diverged, -1 if it did not.
    On a CPU, where looking costs nothing, the freezing is skipped while all are alive.
    """

    def __init__(self, size: int, device: torch.device):
        self.alive = torch.ones(size, dtype=torch.bool, device=device)
        self.died_at = torch.full((size,), -1, dtype=torch.long, device=device)
        self.step = torch.zeros((), dtype=torch.long, device=device)
        self._looks = device.type == "cpu"
        self._sound = self._looks

    def check(self, *values: Tensor) -> None:
        """Marks the replicas for which any of these `[R]` is not finite."""
        finite = torch.isfinite(torch.stack(values)).all(0)
        if self._sound and bool(finite.all()):
            return
        self._sound = False
        self.died_at.copy_(torch.where(self.alive & ~finite, self.step, self.died_at))
        self.alive &= finite

    def mask(self, gradient: Tensor) -> Tensor:
        """The gradient with zeros for diverged replicas."""
        return gradient if self._sound else torch.where(self._like(gradient), gradient, 0)

    @contextmanager
    def freezing(self, parameters: Sequence[Tensor]) -> Iterator[None]:
        """Undoes whatever happens to the parameters of diverged replicas inside."""
        if self._sound:
            yield
            return
        before = [p.detach().clone() for p in parameters]
        yield
        with torch.no_grad():
            for parameter, former in zip(parameters, before, strict=True):
                parameter.copy_(torch.where(self._like(parameter), parameter, former))

    def all_dead(self) -> bool:
        """Whether nobody is left to train. Waits for a GPU."""
        return not self._sound and not bool(self.alive.any())

    def state(self) -> dict[str, Tensor]:
        return {"alive": self.alive, "died_at": self.died_at}

    def load_state(self, state: dict[str, Tensor]) -> None:
        self.alive.copy_(state["alive"])
        self.died_at.copy_(state["died_at"])
        self._sound = self._looks and bool(self.alive.all())

    def _like(self, tensor: Tensor) -> Tensor:
        return self.alive.view(-1, *[1] * (tensor.dim() - 1))
