"""One look of a discriminator at real and at generated samples."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor

from gbench.engine.loss import Loss
from gbench.engine.streams import Streams
from gbench.errors import UserError

Seen = tuple[Tensor, ...]
"""What a discriminator sees at once, `[R, B, ...]` each: `(x,)`, or `(x, z)` of one that judges pairs."""

Side = Literal["discriminator", "generator"]


@dataclass(kw_only=True)
class Look:
    """What the discriminator `by` sees and says. Scores are computed when they are first asked for.

    In a turn that moves the discriminator, both sides are leaves that can be differentiated:
    `autograd.grad(look.real_scores.sum(), look.real, create_graph=True)`.
    """

    by: str
    """The discriminator's name among the networks."""

    side: Side
    """Whose turn it is: that of the discriminator, or that of a player who wants to deceive it."""

    real: Seen | None
    """None in a generator's turn in which nothing looks at real samples."""

    fake: Seen
    loss: Loss
    random: Streams
    """For the noise of penalties."""

    judge: Callable[..., Tensor]
    """The network with what it is told: `(*seen) -> [R, B]`."""

    trunk: Callable[..., Tensor]
    """The network's features: `(*seen) -> [R, B, d]`."""

    weigh: Callable[[Tensor], Tensor]
    """Regularizers' weights on the scores of generated samples in the generator's turn."""

    def score(self, *seen: Tensor) -> Tensor:
        """Scores `[R, B]` of anything of the shapes that the discriminator sees."""
        if self.loss.takes != "features":
            return self.judge(*seen)
        return self.loss.witness(self.features(*seen), *self._features)

    def features(self, *seen: Tensor) -> Tensor:
        """The discriminator's features `[R, B, d]` from before its head."""
        return self.trunk(*seen)

    # Scores are kept with their graphs, even if what asks for them first works without gradients.

    @cached_property
    @torch.enable_grad()
    def real_scores(self) -> Tensor:
        """`[R, B]`. Raises UserError in a turn that sees no real samples."""
        if self.loss.takes == "features":
            real, fake = self._features
            return self.loss.witness(real, real, fake)
        return self.judge(*self.real_seen)

    @cached_property
    @torch.enable_grad()
    def fake_scores(self) -> Tensor:
        """`[R, B]`."""
        if self.loss.takes == "features":
            real, fake = self._features
            return self.loss.witness(fake, real, fake)
        return self.judge(*self.fake)

    @cached_property
    @torch.enable_grad()
    def _features(self) -> tuple[Tensor, Tensor]:
        return self.trunk(*self.real_seen), self.trunk(*self.fake)

    @property
    def real_seen(self) -> Seen:
        """The real side. Raises UserError in a turn that does not see it."""
        if self.real is None:
            raise UserError(
                f"a component looks at real samples in a turn in which {self.by} sees none; set its `on`"
            )
        return self.real

    def discriminator(self) -> Tensor:
        """The loss of the discriminator, `[R]`."""
        if self.loss.takes == "features":
            return self.loss.discriminator(*self._features)
        return self.loss.discriminator(self.real_scores, self.fake_scores)

    def generator(self) -> Tensor:
        """The loss of a player who wants generated samples to be taken for real ones, `[R]`."""
        if self.loss.takes == "features":
            return self.loss.generator(*self._features)
        real = self.real_scores if self.loss.paired else None
        return self.loss.generator(real, self.weigh(self.fake_scores))

    def exchanged(self) -> Tensor:
        """The discriminator's loss with the two sides exchanged, `[R]`: of players who move both sides."""
        if self.loss.takes != "scores":
            raise UserError(
                f"loss {self.loss.name} takes {self.loss.takes}, but a game whose players move both sides "
                "needs a loss that takes scores, such as non-saturating"
            )
        return self.loss.discriminator(self.weigh(self.fake_scores), self.real_scores)

    def update(self) -> None:
        """Lets the loss remember this look, after the step that came of it."""
        if self.loss.takes == "features":
            real, fake = self._features
            self.loss.update(self.side, real.detach(), fake.detach())
        else:
            real_scores = self.real_scores.detach() if "real_scores" in vars(self) else None
            self.loss.update(self.side, real_scores, self.fake_scores.detach())

    def scored(self) -> tuple[Tensor, Tensor] | None:
        """The scores of both sides, for curves; None where the turn has not taken them."""
        taken = "_features" if self.loss.takes == "features" else "real_scores"
        if taken not in vars(self):
            return None
        return self.real_scores.detach(), self.fake_scores.detach()

    def columns(self, number: int, of: int) -> "Look":
        """Every `of`-th sample from `number` on, as a look of its own that shares the scores."""
        part = replace(self)
        sides = ["real_scores", "fake_scores"] if self.needs_real else ["fake_scores"]
        vars(part).update({side: getattr(self, side).unflatten(1, (-1, of))[..., number] for side in sides})
        return part

    @property
    def needs_real(self) -> bool:
        """Whether this turn's loss takes scores of real samples."""
        return self.side == "discriminator" or self.loss.paired
