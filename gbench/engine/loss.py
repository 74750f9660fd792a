"""The contract of losses."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.engine.memory import Remembering


@dataclass(kw_only=True)
class Loss(Remembering):
    """What the two players of an adversarial game minimise.

    Both methods get raw scores (logits) `[R, B]` of real and generated samples and return one
    number for each replica, `[R]`: reduce over the last axis, never over `R`.

    Example:
        @dataclass(kw_only=True)
        class Hinge(Loss):
            def discriminator(self, real, fake):
                return (1 - real).relu().mean(-1) + (1 + fake).relu().mean(-1)

            def generator(self, real, fake):
                return -fake.mean(-1)
    """

    paper: ClassVar[str] = ""
    paired: ClassVar[bool] = False
    """Whether the generator's objective looks at the scores of real samples; `real` is None otherwise."""

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        raise NotImplementedError

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        raise NotImplementedError
