"""One draw of everything that a turn may look at."""

from collections.abc import Callable

from torch import Tensor


class Batch:
    """Named tensors `[R, B, ...]`, each drawn when it is first asked for.

    A generator's turn that never looks at real data draws none, so the k-th minibatch that
    a discriminator sees is the same for every technique.
    """

    def __init__(self, draws: dict[str, Callable[[], Tensor]]):
        self._draws = draws
        self._drawn: dict[str, Tensor] = {}

    def __getitem__(self, name: str) -> Tensor:
        if name not in self._drawn:
            self._drawn[name] = self._draws[name]()
        return self._drawn[name]

    def later(self, name: str) -> Callable[[], Tensor]:
        """A field that is drawn if something looks at it."""
        return lambda: self[name]
