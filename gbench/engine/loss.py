"""The contract of losses."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor

from gbench.engine.stateful import Stateful


@dataclass(kw_only=True)
class Loss(Stateful):
    """What the two players of an adversarial game minimise.

    Both methods get what the discriminator says of real and generated samples and return one number for each
    replica, `[R]`; never reduce over `R`. `takes` says what that is:

        scores      raw scores (logits) `[R, B]`, high for real samples
        energies    `[R, B]`, low for real samples: reconstruction errors of an autoencoder
        features    vectors `[R, B, d]` from before the discriminator's head

    Example:
        @dataclass(kw_only=True)
        class Hinge(Loss):
            def discriminator(self, real, fake):
                return (1 - real).relu().mean(-1) + (1 + fake).relu().mean(-1)

            def generator(self, real, fake):
                return -fake.mean(-1)
    """

    paper: ClassVar[str] = ""

    takes: ClassVar[Literal["scores", "energies", "features"]] = "scores"

    paired: ClassVar[bool] = False
    """Whether the generator's objective looks at real samples too; `real` is None otherwise."""

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        raise NotImplementedError

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        raise NotImplementedError

    def update(self, side: Literal["discriminator", "generator"], real: Tensor | None, fake: Tensor) -> None:
        """Changes `memory` after a step of that side, by what its turn took of the two kinds of samples.

        The methods above change nothing, so that a rule may evaluate a turn as often as it likes.
        """

    def witness(self, features: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        """Scores `[R, N]` of any features `[R, N, d]`, for the penalties of a loss that takes features.

        real, fake: the minibatch's features `[R, B, d]`.
        """
        raise NotImplementedError
